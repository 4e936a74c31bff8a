import type { RecordBatch } from '../kafka/record-source.ts';
import type { ProduceRow } from '../produce/rows.ts';

const utf8 = new TextEncoder();

/** Rows of a file as the records that the decoder takes; a record's offset is the number of its row. */
export function packRows(
  rows: readonly ProduceRow[],
  { name, firstRow }: { readonly name: string; readonly firstRow: number },
): RecordBatch {
  const values = rows.map(row => utf8.encode(JSON.stringify(row)));
  const bytes = new Uint8Array(values.reduce((sum, value) => sum + value.length, 0));
  let position = 0;
  for (const value of values) {
    bytes.set(value, position);
    position += value.length;
  }
  return {
    topic: name,
    partition: 0,
    baseOffset: BigInt(firstRow),
    nextOffset: BigInt(firstRow + rows.length),
    count: rows.length,
    offsetDeltas: Float64Array.from(rows, (_, index) => index),
    timestamps: new Float64Array(rows.length),
    bytes,
    keyLengths: new Int32Array(rows.length).fill(-1),
    valueLengths: Int32Array.from(values, value => value.length),
  };
}
