import type { RecordObject } from '../decode/parse-record.ts';
import type { RawRecord, RecordPlace } from './raw-record.ts';

/** One record on its way to rows. */
export interface RecordRows {
  readonly record: RawRecord;
  readonly place: RecordPlace;
  /** What it is so far; empty where it has been filtered out. */
  rows: readonly RecordObject[];
  /** Why the record becomes no row at all; undefined while nothing is wrong with it. */
  reason: string | undefined;
}

/**
 * Changes the rows of many records at once, in place; what goes wrong with one record becomes its `reason` and touches no
 * other. Steps are not given records that have a reason already.
 */
export type RowStep = (records: readonly RecordRows[]) => void | Promise<void>;
