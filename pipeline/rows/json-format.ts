import { isObject, parseRecord, type RecordObject, type RecordValue } from '../decode/parse-record.ts';
import { BadRecord, type RawRecord } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';

/** JSON texts: one object, an array of objects, or one object on each line. */
export const jsonFormat: RowFormat = { read: readJson };

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readJson({ value }: Pick<RawRecord, 'value'>): readonly RecordObject[] {
  if (value === undefined) throw new BadRecord(TOMBSTONE);
  if (value.length === 0) throw new BadRecord('an empty message');
  let text: string;
  try {
    text = utf8.decode(value);
  } catch (error) {
    throw noJson(error);
  }
  try {
    return objectsOf(parseRecord(text));
  } catch (error) {
    if (error instanceof BadRecord) throw error;
    return readLines(text) ?? fail(noJson(error));
  }
}

export const TOMBSTONE = 'a tombstone: the record has no value';

/** The objects on the lines of a text; undefined where the first line is no object, so that the text is something else. */
function readLines(text: string): readonly RecordObject[] | undefined {
  const rows: RecordObject[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push(objectOf(parseRecord(line)));
    } catch (error) {
      if (rows.length === 0) return undefined;
      throw new BadRecord(
        `line ${index + 1}: ${error instanceof BadRecord ? error.message : noJson(error).message}`,
      );
    }
  }
  return rows;
}

function objectsOf(value: RecordValue): readonly RecordObject[] {
  if (!Array.isArray(value)) return [objectOf(value)];
  return (value as readonly RecordValue[]).map((item, index) => {
    if (isObject(item)) return item;
    throw new BadRecord(`no JSON object at position ${index} of the array`);
  });
}

function objectOf(value: RecordValue): RecordObject {
  if (isObject(value)) return value;
  throw new BadRecord('no JSON object');
}

function noJson(error: unknown): BadRecord {
  return new BadRecord(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
}

function fail(error: Error): never {
  throw error;
}
