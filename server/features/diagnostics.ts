import { type AnalyzedScript, StatementCache } from '../script/workspace-session.ts';
import type { ScriptStatement } from '../script/script.ts';
import type { SemanticCode, SemanticProblem } from '../semantics/model.ts';
import { diagnose as diagnoseSyntax, mayHoldNewer, newerThan } from '../sql/index.ts';
import type { ParsedStatement, Span, SyntaxDiagnostic } from '../sql/index.ts';
import { checkStatement } from './statement-checks.ts';

/** Something wrong in a document. Offsets are the document's. */
export interface Diagnostic extends Span {
  readonly severity: 'error' | 'warning' | 'hint';
  readonly code: string;
  readonly message: string;
  /** What would be right in its place. */
  readonly replacement?: string;
  /** What the parser found; its corrections are found when they are asked for. */
  readonly syntax?: SyntaxDiagnostic;
}

/** At most so many come from one statement; the rest would only repeat what the first ones say. */
const MOST_PER_STATEMENT = 50;

/**
 * Everything wrong in a script: syntax first; what names mean is judged only in statements whose syntax is right, because
 * a half-written statement would be full of names that are not there yet.
 */
export function diagnose(analyzed: AnalyzedScript): Diagnostic[] {
  return analyzed.script.statements.flatMap((_, index) => diagnoseStatement(analyzed, index));
}

const cache = new StatementCache<readonly Diagnostic[]>();

function diagnoseStatement(analyzed: AnalyzedScript, index: number): Diagnostic[] {
  const statement = analyzed.script.statements[index];
  if (statement === undefined) return [];
  const found = cache.get(analyzed, index, () => {
    const syntax = syntaxProblems(statement.parsed);
    return syntax.length > 0 ? syntax : semanticProblems(analyzed, statement, index);
  });
  const { start } = statement.piece;
  return found
    .slice(0, MOST_PER_STATEMENT)
    .map(item => ({ ...item, start: item.start + start, end: item.end + start }));
}

/** A syntax error is shown as an error, whatever it is. */
function syntaxProblems(parsed: ParsedStatement): Diagnostic[] {
  return diagnoseSyntax(parsed).map(item => {
    const { start, end, message } = item;
    const code = 'token' in item.problem ? `syntax-${item.code}` : item.code;
    return { start, end, severity: 'error', code, message, syntax: item };
  });
}

/** What the server may know better: functions of plugins, properties of newer versions. */
const WARNINGS = new Set<SemanticCode>([
  'unknown-function',
  'unknown-property',
  'newer-server',
  'unknown-argument',
  'unknown-procedure',
  'duplicate-alias',
]);

function semanticProblems(
  analyzed: AnalyzedScript,
  { parsed }: ScriptStatement,
  index: number,
): Diagnostic[] {
  const environment = analyzed.environmentOf(index);
  const problems = [
    ...analyzed.analysisOf(index).problems,
    ...checkStatement(parsed.statement, environment),
    ...versionHints(parsed, environment.server?.release),
  ];
  return problems
    .map(({ start, end, code, message, suggestion }): Diagnostic => ({
      start,
      end,
      severity: WARNINGS.has(code) ? 'warning' : 'error',
      code,
      message: suggestion === undefined ? message : `${message} Did you mean ${suggestion}?`,
      ...(suggestion === undefined ? {} : { replacement: suggestion }),
    }))
    .sort((a, b) => a.start - b.start);
}

/** The statement is right, but the connected server is too old for it. */
function versionHints(
  { statement, text, tokens }: ParsedStatement,
  release: number | undefined,
): SemanticProblem[] {
  if (release === undefined || !mayHoldNewer(tokens)) return [];
  return newerThan(statement, text, release).map(({ start, end, message }) => {
    return { start, end, message, code: 'newer-server' };
  });
}
