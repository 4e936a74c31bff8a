import { type Column, type ColumnSpec, KIND } from './column.ts';
import { ExactNumber, isObject, type RecordValue } from './parse-record.ts';
import { keyText, readValue } from './read-value.ts';

export type MapEntry = readonly [key: RecordValue, value: RecordValue];

/**
 * The entries of a map: the members of an object, whose keys are texts whatever type they are meant to be of; or an array of
 * `[key, value]` or `{ "key": …, "value": … }`, as Kafka Connect writes maps in JSON and Avro whose keys are no texts. Undefined
 * where the value is none of these.
 */
export function entriesOf(value: RecordValue): readonly MapEntry[] | undefined {
  if (Array.isArray(value)) {
    const entries = (value as readonly RecordValue[]).map(pairOf);
    return entries.every(entry => entry !== undefined) ? entries : undefined;
  }
  return isObject(value) ? Object.entries(value) : undefined;
}

function pairOf(item: RecordValue): MapEntry | undefined {
  if (Array.isArray(item)) {
    const [key = null, value = null] = item as readonly RecordValue[];
    return item.length === 2 ? [key, value] : undefined;
  }
  if (!isObject(item) || !Object.hasOwn(item, 'key') || Object.keys(item).length > 2) return undefined;
  const isWhole = Object.hasOwn(item, 'value') || Object.keys(item).length === 1;
  return isWhole ? [item['key'] ?? null, item['value'] ?? null] : undefined;
}

/** A key as the value that JSON would have for its type: a text that is none stays one, and is refused as one. */
export function keyValue({ kind }: ColumnSpec, key: RecordValue): RecordValue {
  if (typeof key !== 'string') return key;
  switch (kind) {
    case KIND.boolean:
      return key === 'true' || (key === 'false' ? false : key);
    case KIND.int:
    case KIND.long:
    case KIND.float:
    case KIND.double:
    case KIND.decimal:
      return JSON_NUMBER.test(key) ? new ExactNumber(key) : key;
    default:
      return key;
  }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A key that two rows of the key column in `[start, end)` share, as text: `1` and `1.0`, or two spellings of an instant, are
 * one key, and readers differ in which of its values they see. Undefined where all differ.
 */
export function repeatedKey(keys: Column, start: number, end: number): string | undefined {
  if (end - start < 2) return undefined;
  const seen = new Set<string>();
  for (let row = start; row < end; row++) {
    const text = keyText(readValue(keys, row));
    if (seen.size === seen.add(text).size) return text;
  }
  return undefined;
}
