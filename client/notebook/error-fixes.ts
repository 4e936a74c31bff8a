import { K, lex } from '../../server/sql/words.ts';
import type { StatementError } from './messages.ts';
import type { TextEdit } from './text-edits.ts';

/** What a person can do about an error of Trino, where we know something. */
export type ErrorFix =
  /** Changes in the text of the statement, by offsets in it. */
  | { readonly kind: 'edit'; readonly title: string; readonly edits: readonly TextEdit[] }
  /** A comment line of the cell. */
  | { readonly kind: 'directive'; readonly title: string; readonly name: string; readonly value: string }
  /** Chooses where the cell or the notebook runs. */
  | { readonly kind: 'place'; readonly title: string; readonly of: 'cell' | 'notebook' }
  | { readonly kind: 'again'; readonly title: string };

/** `at` is where the error stands in the statement; undefined where Trino named no place. */
export function fixesOf(
  { name, message }: Pick<StatementError, 'name' | 'message'>,
  statement: string,
  at: number | undefined,
): ErrorFix[] {
  switch (name) {
    case 'COLUMN_NOT_FOUND':
      return at === undefined ? [] : textFix(statement, at);
    case 'INVALID_CAST_ARGUMENT':
      return castFix(statement);
    case 'DIVISION_BY_ZERO':
      return divisionFix(statement);
    case 'MISSING_SCHEMA_NAME':
    case 'MISSING_CATALOG_NAME':
    case 'CATALOG_NOT_FOUND':
      return [{ kind: 'place', title: 'Choose Where This Notebook Runs …', of: 'notebook' }];
    case 'SCHEMA_NOT_FOUND':
    case 'TABLE_NOT_FOUND':
      return [
        { kind: 'place', title: 'Run This Cell on Another Branch or Tag …', of: 'cell' },
        { kind: 'place', title: 'Choose Where This Notebook Runs …', of: 'notebook' },
      ];
    case 'EXCEEDED_TIME_LIMIT':
      return timeFix(message);
    case 'ICEBERG_COMMIT_ERROR':
    case 'TRANSACTION_CONFLICT':
      return [{ kind: 'again', title: 'Run Again: Somebody Else Changed the Table Meanwhile' }];
    default:
      return [];
  }
}

/** Double quotes are for names; people mean a text. */
function textFix(statement: string, at: number): ErrorFix[] {
  if (statement[at] !== '"') return [];
  const quoted = /^"((?:[^"]|"")*)"/.exec(statement.slice(at));
  if (quoted === null) return [];
  const [whole, inner = ''] = quoted;
  const text = `'${inner.replaceAll('""', '"').replaceAll("'", "''")}'`;
  return [
    {
      kind: 'edit',
      title: `Change to the Text ${text}`,
      edits: [{ start: at, end: at + whole.length, text }],
    },
  ];
}

/** Which cast it was is not said, so all of them are changed. */
function castFix(statement: string): ErrorFix[] {
  const edits = wordsOf(statement, K.CAST).map(({ start, end }) => ({ start, end, text: 'TRY_CAST' }));
  if (edits.length === 0) return [];
  return [{ kind: 'edit', title: 'Use TRY_CAST: NULL Where a Value Does Not Fit', edits }];
}

/** A column, perhaps with its table. */
const NAME = /^(?:(?:[a-z_]\w*|"(?:[^"]|"")*")(?:\.|$))+$/i;

/** `a / b` becomes `a / NULLIF(b, 0)` where the divisor is one word or number; anything longer is left to the person. */
function divisionFix(statement: string): ErrorFix[] {
  const tokens = lex(statement);
  const edits: TextEdit[] = [];
  for (let i = 1; i + 1 < tokens.count; i++) {
    if (!/^[/%]$/.test(statement.slice(tokens.start[i], tokens.end[i]))) continue;
    const start = tokens.start[i + 1] ?? 0;
    let last = i + 1;
    while (statement[tokens.end[last] ?? 0] === '.') last += 2;
    const end = tokens.end[last] ?? start;
    const divisor = statement.slice(start, end);
    const isCall = statement[end] === '(' || statement[end] === '[';
    if (isCall || !NAME.test(divisor)) continue;
    edits.push({ start, end, text: `NULLIF(${divisor}, 0)` });
  }
  return edits.length === 0 ? [] : [{ kind: 'edit', title: 'Divide by NULLIF(…, 0): NULL for Zero', edits }];
}

/** Trino does not say which of its limits it was but in words. */
function timeFix(message: string): ErrorFix[] {
  const property = /CPU/i.test(message)
    ? 'query_max_cpu_time'
    : /planning/i.test(message)
      ? 'query_max_planning_time'
      : /execution|run/i.test(message)
        ? 'query_max_execution_time'
        : 'query_max_run_time';
  const value = `${property} = '1h'`;
  return [{ kind: 'directive', title: `Allow This Cell an Hour (${property})`, name: 'session', value }];
}

function wordsOf(statement: string, keyword: number): { readonly start: number; readonly end: number }[] {
  const tokens = lex(statement);
  const found: { start: number; end: number }[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.keyword[i] === keyword) found.push({ start: tokens.start[i] ?? 0, end: tokens.end[i] ?? 0 });
  }
  return found;
}
