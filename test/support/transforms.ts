import { createJsonDecoder } from '../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../pipeline/decode/spec.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import { packHeaders } from '../../pipeline/kafka/headers.ts';
import { appendRows } from '../../pipeline/rows/append-rows.ts';
import { jsonFormat } from '../../pipeline/rows/json-format.ts';
import type { RecordRows } from '../../pipeline/rows/row-steps.ts';
import { loadTransform } from '../../pipeline/transform/load-transform.ts';
import { openTransform } from '../../pipeline/transform/open-transform.ts';
import type { SourceFolder } from '../../pipeline/transform/source-folder.ts';
import type { TransformCode } from '../../pipeline/transform/transform-code.ts';
import { rowsOf } from './columns.ts';

/** A folder of files that are nowhere but here. */
export function folderOf(files: Readonly<Record<string, string>>): SourceFolder {
  return {
    has: async file => Object.hasOwn(files, file),
    read: async file => {
      const text = files[file];
      return text === undefined ? { fault: 'There is no such file.' } : { text };
    },
  };
}

/** The code of `t.ts` with its text, and of files beside it. */
export function codeOf(text: string, beside: Readonly<Record<string, string>> = {}): Promise<TransformCode> {
  return loadTransform(folderOf({ 't.ts': text, ...beside }), 't.ts');
}

export interface Transformed {
  /** Per message: its rows, or why it has none. */
  readonly results: readonly (readonly unknown[] | string)[];
  readonly lines: readonly string[];
}

/** Takes JSON messages through a transform, with time for each in milliseconds. */
export async function transformAll(
  code: TransformCode,
  messages: readonly string[],
  recordTimeoutMs = 1_000,
): Promise<Transformed> {
  const transform = openTransform({ code, pipeline: 'trips', recordTimeoutMs });
  const records = messages.map((text, index) => recordOf(text, index));
  await transform.step(records);
  return {
    // Objects of the transform's context have its prototypes, not ours.
    results: records.map(({ rows, reason }) => reason ?? (structuredClone(rows) as readonly unknown[])),
    lines: transform.takeLines(),
  };
}

/** The rows of a transform as the columns of a table hold them; a text is why a record is none. */
export async function tableOf(
  fields: Readonly<Record<string, NestedField['type']>>,
  code: TransformCode,
  messages: readonly string[],
): Promise<{ readonly rows: readonly unknown[]; readonly reasons: readonly string[] }> {
  const columns = Object.entries(fields).map(([name, type], index) => ({
    id: index + 1,
    name,
    required: false,
    type,
  }));
  const decoder = createJsonDecoder(toColumnSpecs(columns), 8);
  const records = messages.map((text, index) => recordOf(text, index));
  await openTransform({ code, pipeline: 'trips' }).step(records);
  const reasons = records.map(({ rows, reason, record }) => reason ?? appendRows(decoder, rows, record));
  return {
    rows: rowsOf(decoder.columns, decoder.rows),
    reasons: reasons.filter(reason => reason !== undefined),
  };
}

function recordOf(text: string, index: number): RecordRows {
  const record = {
    topic: 'trips',
    partition: 2,
    offset: BigInt(index),
    timestamp: 1_700_000_000_000 + index,
    key: index === 0 ? undefined : Buffer.from(`key ${index}`),
    value: Buffer.from(text),
    headers: packHeaders([
      { name: 'source', value: Buffer.from('first') },
      { name: 'source', value: Buffer.from('mété') },
      { name: 'empty', value: undefined },
    ]),
  };
  return { record, place: { record: index, byte: 0 }, rows: jsonFormat.read(record), reason: undefined };
}
