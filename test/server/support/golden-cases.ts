import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const CARET_MARK = '<|>';

/** One case of a golden file: a text with a marked caret, and what must be true there. */
export interface GoldenCase {
  readonly title: string;
  readonly text: string;
  readonly offset: number;
  /** Labels that must be in the list. */
  readonly present: readonly string[];
  /** Labels that must not be in the list. */
  readonly absent: readonly string[];
  /** Labels that must stand first, in this order. */
  readonly first: readonly string[];
  /** Texts that some proposal must insert. */
  readonly inserts: readonly string[];
  /** Whether the list must be empty. */
  readonly isEmpty: boolean;
}

/**
 * Reads the golden files of a folder. A case begins with `# title`, then comes the text, then lines that begin with `+`
 * (present), `-` (absent), `1` (first), `>` (inserted text; `\n` is a line break) or `0` (nothing at all); labels are
 * separated by ` | `.
 */
export function readGoldenCases(folder: string): GoldenCase[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .flatMap(name => readFileSync(path.join(folder, name), 'utf8').split(/^# /m).slice(1).map(readCase));
}

function readCase(block: string): GoldenCase {
  const [title = '', ...lines] = block.trimEnd().split('\n');
  const isRule = (line: string): boolean => /^([+\-1>] |0$)/.test(line);
  const firstRule = lines.findIndex(isRule);
  const sql = lines.slice(0, firstRule).join('\n');
  const rules = lines.slice(firstRule);
  const offset = sql.indexOf(CARET_MARK);
  if (firstRule < 0 || offset < 0) throw new Error(`The golden case "${title}" has no caret or no rule.`);
  const labels = (sign: string): string[] =>
    rules.filter(line => line.startsWith(`${sign} `)).flatMap(line => line.slice(2).split(' | '));
  return {
    title,
    text: sql.replace(CARET_MARK, ''),
    offset,
    present: labels('+'),
    absent: labels('-'),
    first: labels('1'),
    inserts: rules.filter(line => line.startsWith('> ')).map(line => line.slice(2).replaceAll('\\n', '\n')),
    isEmpty: rules.includes('0'),
  };
}
