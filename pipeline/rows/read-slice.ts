import type { RecordBatch } from '../kafka/record-source.ts';
import { BadRecord, placeBehind, rawRecordAt, type RecordPlace } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';
import type { RecordRows, RowStep } from './row-steps.ts';

/** Records that are objects at the same time. */
const SLICE_RECORDS = 2_000;

/** Reads some records of a batch from a place on, and takes them through the steps. */
export async function readSlice(
  batch: RecordBatch,
  from: RecordPlace,
  { format, steps }: { readonly format: RowFormat; readonly steps: readonly RowStep[] },
): Promise<{ readonly records: readonly RecordRows[]; readonly next: RecordPlace }> {
  const records: RecordRows[] = [];
  let place = from;
  while (place.record < batch.count && records.length < SLICE_RECORDS) {
    const record = rawRecordAt(batch, place);
    records.push({ record, place, ...readValues(format, record) });
    place = placeBehind(batch, place);
  }
  for (const step of steps) await step(records.filter(({ reason }) => reason === undefined));
  return { records, next: place };
}

function readValues(format: RowFormat, record: RecordRows['record']): Pick<RecordRows, 'rows' | 'reason'> {
  try {
    return { rows: format.read(record), reason: undefined };
  } catch (error) {
    if (error instanceof BadRecord) return { rows: [], reason: error.message };
    throw error;
  }
}
