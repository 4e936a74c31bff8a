import { type JsonValue, stringifyJson } from '../../catalog/json.ts';
import { KeyTextError, parseKeyText as readKeyText } from '../../catalog/key-text.ts';
import { type CommandInput, type Output, type Subcommand, UsageError } from '../command.ts';
import { displayWidth } from '../sql/display-width.ts';
import type { CatalogAccess } from './access.ts';

export { keyToText } from '../../catalog/key-text.ts';

/** One word after `lakehouse catalog`. */
export interface CatalogSubcommand extends Subcommand {
  run(input: SubcommandInput): Promise<Printed>;
}

export interface SubcommandInput {
  readonly access: CatalogAccess;
  readonly values: CommandInput['values'];
  readonly positionals: readonly string[];
  readonly signal: AbortSignal;
  /** For progress and notices; never for what was found. */
  readonly stderr: Output;
}

/** What a subcommand found, in both forms; only the one that is wanted is made. */
export interface Printed {
  json(): string;
  text(): string;
  readonly exitCode?: number;
}

/** Maps become objects, bigints stay exact integers, absent members are left out. */
export function printJson(value: unknown): string {
  return `${stringifyJson(toJson(value))}\n`;
}

/** Columns of text, aligned; the last one is left as long as it is. */
export function printColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell))));
  return rows
    .map(
      row =>
        `${row.map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell)))).join('  ')}`.trimEnd() +
        '\n',
    )
    .join('');
}

/** Reads what `keyToText` writes. Throws UsageError for anything else. */
export function parseKeyText(text: string): string[] {
  try {
    return readKeyText(text);
  } catch (error) {
    if (error instanceof KeyTextError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

export function readLimit(values: CommandInput['values'], fallback: number): number {
  const text = values['limit'];
  if (text === undefined) return fallback;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new UsageError('--limit is a whole number above 0.');
}

/** `1.2 MB` */
export function bytesToText(bytes: bigint | undefined): string {
  if (bytes === undefined) return '?';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Map) {
    return Object.fromEntries(
      Array.from(value as Map<unknown, unknown>, ([key, item]) => [`${key as string}`, toJson(item)]),
    );
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, toJson(item)]),
    );
  }
  return value as JsonValue;
}
