import type { RecordObject } from '../decode/parse-record.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { jsonFormat } from './json-format.ts';
import type { RawRecord } from './raw-record.ts';

/** How the value of a record is to be understood. Plain data: it is sent to the worker thread. */
export type FormatPlan = { readonly kind: 'json' };

/** Takes the values of records apart into the objects that become rows. */
export interface RowFormat {
  /** Gets what the records of a batch need before they can be read, e.g. their schemas. */
  readonly prepare?: (batch: RecordBatch) => Promise<void>;
  /** Throws BadRecord. */
  readonly read: (record: RawRecord) => readonly RecordObject[];
}

export function openFormat(plan: FormatPlan): RowFormat {
  switch (plan.kind) {
    case 'json':
      return jsonFormat;
  }
}
