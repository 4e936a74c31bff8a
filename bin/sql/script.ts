import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import type { TrinoError } from '../../catalog/trino/client.ts';
import { splitScript } from '../../server/sql/index.ts';
import { type CommandInput, UsageError } from '../command.ts';

/** SQL text and where it came from. */
export interface Script {
  /** What error messages call it: a file name, or `statement`. */
  readonly name: string;
  readonly text: string;
}

export interface Statement {
  readonly sql: string;
  /** Where it begins in the script, counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** The script of a command: the argument, the file of `-f` (`-` for the input), or the input when something is piped in. */
export async function readScript(input: CommandInput): Promise<Script> {
  const file = input.values['file'];
  const argument = input.positionals.join(' ');
  if (typeof file === 'string' && argument !== '')
    throw new UsageError('Give either a statement or a file, not both.');
  if (argument !== '') return { name: 'statement', text: argument };
  if (typeof file === 'string' && file !== '-')
    return { name: file, text: decodeText(readFileSync(path.resolve(input.cwd, file)), file) };
  const isTerminal = (input.stdin as Partial<NodeJS.ReadStream>).isTTY === true;
  if (isTerminal && file !== '-')
    throw new UsageError('Nothing to run: give a statement, -f file.sql, or pipe SQL into the command.');
  return { name: 'stdin', text: stripByteOrderMark(await readStream(input.stdin)) };
}

/** The statements of a script, without their semicolons; pieces of comments alone are none. */
export function splitStatements(script: Script): Statement[] {
  return splitScript(script.text)
    .filter(piece => piece.end > piece.start)
    .map(piece => {
      const before = script.text.slice(0, piece.start);
      const lineStart = before.lastIndexOf('\n') + 1;
      return {
        sql: script.text.slice(piece.start, piece.end),
        line: before.split('\n').length,
        column: piece.start - lineStart + 1,
      };
    });
}

/** The error with its place in the script, that line of it, and a mark under the place. */
export function describeError(error: TrinoError, script: Script, statement: Statement): string {
  if (error.line === undefined || error.column === undefined) return `${error.errorName}: ${error.message}`;
  const line = statement.line + error.line - 1;
  const column = error.line === 1 ? statement.column + error.column - 1 : error.column;
  const source = (script.text.split('\n')[line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ');
  return `${script.name}:${line}:${column}: ${error.errorName}: ${error.message}\n  ${source}\n  ${' '.repeat(column - 1)}^`;
}

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return stripByteOrderMark(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new UsageError(`${file} is not UTF-8 text.`, { cause: error });
  }
}

function stripByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
