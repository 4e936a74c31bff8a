import type { SourceFormat } from '../config.ts';
import { type AvroSchemas, openAvroFormat, type RegistryWatch } from '../avro/avro-format.ts';
import type { ColumnSpec } from '../decode/column.ts';
import type { JsonDecoder } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { type CsvDialect, openCsvFormat } from './csv-format.ts';
import { jsonFormat } from './json-format.ts';
import type { RawRecord } from './raw-record.ts';

/** How the value of a record is to be understood. Plain data: it is sent to the worker thread. */
export type FormatPlan =
  | { readonly kind: 'json' }
  | { readonly kind: 'avro'; readonly schemas: AvroSchemas }
  | { readonly kind: 'csv'; readonly dialect: CsvDialect };

/**
 * Reads the value in `bytes[start..end)` straight into rows of a decoder's columns, from `row` on, and answers how many they
 * are: more than one only where no row is looked at by a condition or takes anything from Kafka. 0: nothing was decided, ask
 * `read`; rows may have been written to in part and are simply written again.
 */
export type ReadDirect = (bytes: Uint8Array, place: ValuePlace) => number;

export interface ValuePlace {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/** Takes the values of records apart into the objects that become rows. */
export interface RowFormat {
  /** Gets what the records of a batch need before they can be read, e.g. their schemas. */
  readonly prepare?: (batch: RecordBatch) => Promise<void>;
  /** Throws BadRecord. */
  readonly read: (record: Pick<RawRecord, 'value'>) => readonly RecordObject[];
  /** The fast path of the format, if it has one besides JSON's own. */
  readonly direct?: (decoder: JsonDecoder) => ReadDirect;
}

export interface FormatContext {
  /** What the table's columns are: the texts of a format without types become values of theirs. */
  readonly columns: readonly ColumnSpec[];
  /** Whether a text that belongs to no column becomes what it looks like, because it may get one. */
  readonly guessesOthers?: boolean;
  readonly watch: RegistryWatch;
}

export function planFormat(source: SourceFormat): FormatPlan {
  switch (source.format) {
    case 'json':
      return { kind: 'json' };
    case 'avro':
      return { kind: 'avro', schemas: source.schemas };
    case 'csv':
      return { kind: 'csv', dialect: source.csv };
  }
}

export function openFormat(
  plan: FormatPlan,
  { columns, watch, guessesOthers = false }: FormatContext,
): RowFormat {
  switch (plan.kind) {
    case 'json':
      return jsonFormat;
    case 'avro':
      return openAvroFormat(plan.schemas, watch);
    case 'csv':
      return openCsvFormat(plan.dialect, columns, guessesOthers);
  }
}
