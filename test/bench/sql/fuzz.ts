import { lex } from '../../../server/sql/index.ts';
import { type Random, randomFrom } from '../random.ts';

/** Looks at one text. Exceptions count as wrong. */
export interface Probe {
  /** The part whose time counts. */
  readonly parse: (sql: string) => unknown;
  /** Says what is wrong with the result, or nothing. */
  readonly check: (sql: string) => string | undefined;
}

export interface FuzzFigures {
  readonly texts: number;
  readonly failures: readonly { readonly sql: string; readonly reason: string }[];
  readonly slowestMs: number;
}

export interface FuzzSizes {
  /** Every how many-th token of a statement a prefix ends. 1: every prefix. */
  readonly prefixStep: number;
  readonly edits: number;
  readonly byteStrings: number;
  readonly nesting: number;
}

export const FULL_SIZES: FuzzSizes = { prefixStep: 1, edits: 100_000, byteStrings: 10_000, nesting: 10_000 };

const SEED = 2026;
const SLOWEST_MS = 50;
const RETRIES = 3;

/** Prefixes, random edits, random byte strings and deep nesting: nothing may throw, lose text or take long. */
export function fuzz(statements: readonly string[], probe: Probe, sizes: FuzzSizes): FuzzFigures {
  const failures: { sql: string; reason: string }[] = [];
  const figures = { texts: 0, slowestMs: 0 };
  const run = (sql: string): void => {
    figures.texts++;
    const { reason, ms } = timedProbe(sql, probe);
    figures.slowestMs = Math.max(figures.slowestMs, ms);
    if (reason !== undefined) failures.push({ sql, reason });
  };
  const random = randomFrom(SEED);
  for (const sql of statements) for (const prefix of prefixes(sql, sizes.prefixStep)) run(prefix);
  for (let i = 0; i < sizes.edits; i++) run(editAtRandom(random.pick(statements), statements, random));
  for (let i = 0; i < sizes.byteStrings; i++) run(randomBytes(random));
  for (const sql of deepNesting(sizes.nesting)) run(sql);
  return { ...figures, failures };
}

function timedProbe(sql: string, probe: Probe): { reason: string | undefined; ms: number } {
  try {
    const ms = parseTime(sql, probe);
    return { reason: ms > SLOWEST_MS ? `took ${ms.toFixed(0)} ms` : probe.check(sql), ms };
  } catch (error) {
    return { reason: `threw ${String(error)}`, ms: 0 };
  }
}

/**
 * Milliseconds that this thread was at work. A slow run is repeated, and time in which the machine did something else
 * does not count, so that neither is blamed on the text.
 */
function parseTime(sql: string, probe: Probe): number {
  let best = Infinity;
  for (let attempt = 0; attempt < RETRIES && best > SLOWEST_MS; attempt++) {
    const began = process.threadCpuUsage();
    probe.parse(sql);
    const { user, system } = process.threadCpuUsage(began);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

function* prefixes(sql: string, step: number): Generator<string> {
  const tokens = lex(sql);
  for (let i = 0; i < tokens.count; i += step) {
    yield sql.slice(0, tokens.start[i]);
    const end = tokens.end[i] ?? 0;
    if (end - (tokens.start[i] ?? 0) > 1) yield sql.slice(0, end - 1);
  }
}

// prettier-ignore
const FRAGMENTS = [
  '(', ')', ',', ';', "'", '"', '`', '$$', '--', '/*', '*/', '[', ']', '{', '}', '.', '::', '->', '=>', '@', '?',
  ' SELECT ', ' FROM ', ' WHERE ', ' CASE ', ' END ', ' BEGIN ', ' AND ', ' BETWEEN ', ' OVER ', ' WITH ', ' AS ',
  ' JOIN ', ' ON ', ' NOT ', ' IN ', '\n', '\r\n', '\u0000', '😀', 'ﬀ', '\ud800', "U&'\\00'", "X'1'", '1e', '0x',
];

/** One to three insertions, deletions, repetitions, or pieces of another statement. */
function editAtRandom(sql: string, others: readonly string[], random: Random): string {
  let text = sql.slice(0, 2000);
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(text.length + 1);
    const to = Math.min(text.length, at + random.below(20));
    const inserted = [
      random.pick(FRAGMENTS),
      '',
      text.slice(at, to).repeat(2),
      random.pick(others).slice(at, to + 20),
    ][random.below(4)];
    text = text.slice(0, at) + (inserted ?? '') + text.slice(random.below(2) === 0 ? at : to);
  }
  return text;
}

function randomBytes(random: Random): string {
  const bytes = Uint8Array.from({ length: random.below(400) }, () => random.below(256));
  return Buffer.from(bytes).toString(random.below(2) === 0 ? 'latin1' : 'utf8');
}

/** Every construct that brackets another one, opened and closed `depth` times, and opened only. */
export function deepNesting(depth: number): string[] {
  const pairs: [open: string, middle: string, close: string][] = [
    ['(', '1', ')'],
    ['[', '1', ']'],
    ['ARRAY[', '1', ']'],
    ['f(', '1', ')'],
    ['CASE WHEN ', '1', ' THEN 1 END'],
    ['CAST(', '1', ' AS bigint)'],
    ['(SELECT ', '1', ')'],
    ['NOT ', 'true', ''],
    ['- ', '1', ''],
    ['a[', '1', ']'],
    ['x -> ', '1', ''],
    ['1 + (', '1', ')'],
    ['EXISTS (SELECT ', '1', ')'],
  ];
  const statements: [open: string, middle: string, close: string][] = [
    ['(', 'SELECT 1', ')'],
    ['SELECT * FROM (', 'SELECT 1', ')'],
    ['WITH a AS (', 'SELECT 1', ') SELECT 1'],
    ['EXPLAIN ', 'SELECT 1', ''],
    ['SELECT 1 UNION ALL ', 'SELECT 1', ''],
    ['SELECT * FROM a JOIN (', 'b', ' ON true)'],
    ['CREATE FUNCTION f() RETURNS bigint BEGIN ', 'RETURN 1;', 'END;'],
  ];
  const types = `CAST(x AS ${'array('.repeat(depth)}bigint${')'.repeat(depth)})`;
  const wrapped = pairs.map(([open, middle, close]) => ['SELECT ', open, middle, close] as const);
  const whole = statements.map(([open, middle, close]) => ['', open, middle, close] as const);
  return [
    `SELECT ${types}`,
    ...[...wrapped, ...whole].flatMap(([head, open, middle, close]) => [
      head + open.repeat(depth) + middle + close.repeat(depth),
      head + open.repeat(depth),
    ]),
  ];
}
