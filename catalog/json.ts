/**
 * JSON whose integers keep all their digits. Nessie's answers, `metadata.json` and Trino's results carry 64-bit integers
 * (snapshot ids, BIGINT), and the language's own parser silently rounds those beyond 2^53.
 *
 * The rule for callers: a number in a parsed value is a `number` where that is exact and a `bigint` where it is an integer
 * beyond ±(2^53 − 1). A field that is a 64-bit integer by its definition is therefore always read through
 * {@link readInt64}, which answers a `bigint` in both cases; no caller ever looks at the two forms itself.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
/** An object of JSON; integers beyond 2^53 in it are bigint. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Parses a JSON text; integers beyond 2^53 come as bigint, everything else as usual. Throws a SyntaxError. */
export function parseJson(text: string): JsonValue {
  // The reviver sees every value and makes parsing several times slower, so it runs only where a long number may stand.
  return SIXTEEN_DIGITS.test(text) ? (parseWithSource(text, reviveInteger) as JsonValue) : parsePlain(text);
}

/** Prints a value as JSON; a bigint is printed as an integer with all its digits. */
export function stringifyJson(value: JsonValue, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'bigint' ? rawJson(item) : item),
    indent,
  );
}

/** A JSON value did not have the form that its format defines. `path` names the place, e.g. `snapshots[3].snapshot-id`. */
export class JsonShapeError extends Error {
  override readonly name = 'JsonShapeError';
  readonly path: string;
  constructor(path: string, expected: string, found: unknown) {
    super(`${path} must be ${expected}, found ${describe(found)}`);
    this.path = path;
  }
}

/** A 64-bit integer of a parsed value as bigint. Throws JsonShapeError for anything but an integer in range. */
export function readInt64(value: unknown, path: string): bigint {
  const integer = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof integer === 'bigint' && BigInt.asIntN(64, integer) === integer) return integer;
  throw new JsonShapeError(path, 'a 64-bit integer', value);
}

/** An integer that fits a number exactly (ids, counts, 32-bit fields). */
export function readInteger(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new JsonShapeError(path, 'an integer', value);
}

/** The value as a string. @throws JsonShapeError that names `path`. */
export function readString(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new JsonShapeError(path, 'a string', value);
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new JsonShapeError(path, 'true or false', value);
}

/** The value as an array. @throws JsonShapeError that names `path`. */
export function readArray(value: unknown, path: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw new JsonShapeError(path, 'an array', value);
}

/** The value as an object. @throws JsonShapeError that names `path`. */
export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new JsonShapeError(path, 'an object', value);
}

/** An object whose values are all strings (`properties`, `summary`). Numbers and booleans that sloppy writers put there become text. */
export function readStringMap(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value, path)).map(([key, item]) => {
    if (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean')
      return [key, `${item}`];
    return [key, readString(item, `${path}.${key}`)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Applies `read` unless the value is absent or null: `optional(o['x'], 'x', readString)`. */
export function optional<T>(
  value: JsonValue | undefined,
  path: string,
  read: (value: JsonValue, path: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, path);
}

/** The members of `object` that are not named in `known`: what a newer writer added and must not be lost. */
export function unknownMembers(object: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !known.has(key)));
}

const SIXTEEN_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

// The standard library's declarations do not know the reviver's third argument and JSON.rawJSON yet.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
const parsePlain = JSON.parse as (text: string) => JsonValue;
const rawJson = (value: bigint): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value.toString());

function reviveInteger(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && INTEGER.test(context.source) ? BigInt(context.source) : value;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text =
    typeof value === 'string' ? JSON.stringify(value) : `${value as number | bigint | boolean | null}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
