import { packRecords } from '../../pipeline/kafka/pack.ts';
import type { RecordBatch } from '../../pipeline/kafka/record-source.ts';

/** A batch of partition 0 as a source would deliver it; null is a tombstone. */
export function batchOf(values: readonly (string | Uint8Array | null)[], baseOffset = 0n): RecordBatch {
  const records = values.map((value, index) => ({
    offset: String(baseOffset + BigInt(index)),
    timestamp: '1700000000000',
    key: index % 3 === 0 ? null : Buffer.from(`k${index}`),
    value: value === null ? null : Buffer.from(value),
  }));
  const nextOffset = baseOffset + BigInt(values.length);
  return packRecords({ topic: 't', partition: 0, nextOffset }, records, [0, records.length]);
}
