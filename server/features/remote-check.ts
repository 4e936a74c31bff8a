import type { CatalogSource, StatementFault } from '../catalog-index/source.ts';
import type { AnalyzedScript } from '../script/workspace-session.ts';
import type { ScriptStatement } from '../script/script.ts';
import type { Span } from '../sql/index.ts';
import type { Diagnostic } from './diagnostics.ts';

const TIMEOUT_MS = 30_000;
/** Statements that EXPLAIN takes. Others are not sent: nothing may be carried out by a check. */
const EXPLAINABLE = new Set([
  ...['QueryStatement', 'Insert', 'Update', 'Delete', 'Merge', 'CreateTable', 'CreateTableAs', 'CreateView'],
  ...[
    'CreateMaterializedView',
    'CreateSchema',
    'Drop',
    'Rename',
    'AddColumn',
    'DropColumn',
    'RenameColumn',
    'Analyze',
  ],
]);

export interface RemoteCheck {
  readonly checked: number;
  readonly found: readonly Diagnostic[];
}

/** Asks Trino about statements by EXPLAIN (TYPE VALIDATE), which analyzes them and carries nothing out. */
export async function validateStatements(
  analyzed: AnalyzedScript,
  source: CatalogSource,
  range?: Span,
): Promise<RemoteCheck> {
  const found: Diagnostic[] = [];
  let checked = 0;
  for (const [index, statement] of analyzed.script.statements.entries()) {
    const { piece, parsed } = statement;
    if (range !== undefined && (piece.end < range.start || piece.start > range.end)) continue;
    if (!EXPLAINABLE.has(parsed.statement.kind) || parsed.problems.length > 0) continue;
    checked++;
    const { session } = analyzed.environmentOf(index);
    const fault = await source.validate({ sql: parsed.text, ...session }, AbortSignal.timeout(TIMEOUT_MS));
    if (fault !== undefined) found.push(toDiagnostic(statement, fault));
  }
  return { checked, found };
}

function toDiagnostic({ piece, parsed }: ScriptStatement, fault: StatementFault): Diagnostic {
  const at = offsetOf(parsed.text, fault);
  const length = /^[\p{L}\p{N}_$]+|^"(?:[^"]|"")*"/u.exec(parsed.text.slice(at))?.[0].length ?? 1;
  return {
    start: piece.start + at,
    end: Math.min(piece.end, piece.start + at + length),
    severity: 'error',
    code: 'trino',
    message: fault.message,
  };
}

/** The place that Trino names, as an offset; the beginning of the statement when it names none. */
function offsetOf(text: string, { line, column }: StatementFault): number {
  if (line === undefined || column === undefined) return 0;
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return 0;
    start = next + 1;
  }
  return Math.min(text.length, start + column - 1);
}
