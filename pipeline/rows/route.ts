import type { ContentKey } from '../../catalog/nessie.ts';
import { memberOf } from '../decode/append-value.ts';
import { ExactNumber, isObject, type RecordObject, type RecordValue } from '../decode/parse-record.ts';

/** Into which table each row goes. Plain data: it is sent to the worker thread. */
export interface RoutePlan {
  readonly rule:
    /** Namespace levels and the table's name; `{zone}` or `{order.country}` stands for a field of the row. */
    | { readonly kind: 'template'; readonly parts: readonly string[] }
    /** Tables by the value of a field, as text. */
    | { readonly kind: 'field'; readonly field: string; readonly tables: ReadonlyMap<string, ContentKey> };
  /** What becomes of rows for which the rule names no table: the pipeline's own table, a dead letter, or nothing. */
  readonly otherwise: 'main' | 'deadLetter' | 'drop';
  /** So many tables may come from the data; each of them holds memory. */
  readonly maxTables: number;
}

/** Where a row goes; `undefined`: nowhere. */
export type Destination = { readonly table: ContentKey | undefined } | { readonly reason: string };

/** Answers for each row the table that it belongs to. */
export function createRoute(
  { rule, otherwise }: RoutePlan,
  main: ContentKey,
): (row: RecordObject) => Destination {
  const fallback = (reason: string): Destination => {
    if (otherwise === 'deadLetter') return { reason };
    return { table: otherwise === 'main' ? main : undefined };
  };
  if (rule.kind === 'field') {
    const { field, tables } = rule;
    return row => {
      const text = textAt(row, field);
      const table = text === undefined ? undefined : tables.get(text);
      return table === undefined ? fallback(unrouted(field, text)) : { table };
    };
  }
  const parts = rule.parts.map(part => part.split(PLACEHOLDER));
  return row => {
    const table: string[] = [];
    for (const pieces of parts) {
      let name = '';
      for (const [index, piece] of pieces.entries()) {
        const text = index % 2 === 0 ? piece : nameFrom(textAt(row, piece));
        if (text === undefined) return fallback(unrouted(piece, textAt(row, piece)));
        name += text;
      }
      table.push(name);
    }
    return { table };
  };
}

/** What stands for a field in a template; the field's name is the first group. */
export const PLACEHOLDER = /\{([^{}]+)\}/;
const MAX_NAME = 100;

/**
 * A value as part of a table's name: Trino writes names in lower case, and what is neither a letter nor a digit becomes `_`,
 * so that nothing in a record can name a table that a person could not ask for.
 */
export function nameFrom(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > MAX_NAME) return undefined;
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}_]/gu, '_');
}

function unrouted(field: string, text: string | undefined): string {
  const found = text === undefined ? 'is missing' : `is ${JSON.stringify(text.slice(0, MAX_NAME))}`;
  return `no table for it: ${JSON.stringify(field)} ${found}`;
}

/** The text of a primitive value at a dotted path; a name with dots in it is found as it is, too. */
function textAt(row: RecordObject, path: string): string | undefined {
  let value: RecordValue | undefined = memberOf(row, path);
  if (value === undefined) {
    value = row;
    for (const name of path.split('.'))
      value = value !== undefined && isObject(value) ? memberOf(value, name) : undefined;
  }
  if (value instanceof ExactNumber) return value.source;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
