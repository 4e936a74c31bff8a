import type { ContentKey } from '../../catalog/nessie.ts';
import type { BatchReport, EncodedFile } from '../batch-encoder.ts';
import { DEAD_LETTER_FIELDS } from '../dead-letters.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import { readColumns } from '../parquet/read-columns.ts';
import { SchemaDrift } from '../schema/schema-drift.ts';
import { letterName, packLetters } from './letter-batches.ts';
import { type Letter, letterReader } from './letter-rows.ts';
import type { RedriveEncoder } from './redrive-encoder.ts';

/** Letters on their way through the pipeline's decoder again. */
export interface Trial {
  add(letters: readonly Letter[]): Promise<void>;
  /** Closes the files of the rows, and tells what became of the letters. Throws SchemaDrift where a table must be changed first. */
  finish(): Promise<TrialResult>;
}

export interface TrialResult {
  /** Rows that the letters became; one record may become none or several. */
  readonly rows: number;
  /** By {@link letterName}, why a letter is still no row. */
  readonly errors: ReadonlyMap<string, string>;
}

export interface TrialParts {
  readonly encoder: RedriveEncoder;
  /** Where the encoder puts the letters that fail again. */
  readonly deadLetters: ContentKey;
  /** Takes a file of rows, of whichever table. */
  readonly onRows: (file: EncodedFile) => Promise<void>;
}

/** Sends letters through the encoder, which knows everything that a record may become. */
export function openTrial({ encoder, deadLetters, onRows }: TrialParts): Trial {
  const errors = new Map<string, string>();
  const deadLetterId = tableId(deadLetters);
  const { thread, tables } = encoder;
  let rows = 0;
  /** The last report knows the most. */
  let drift: BatchReport['drift'] = [];
  const take = async (files: readonly EncodedFile[]): Promise<void> => {
    for (const file of files) {
      if (tableId(file.table) === deadLetterId) addErrors(errors, file);
      else await onRows(file);
    }
  };
  return {
    add: async letters => {
      for (const batch of packLetters(letters)) {
        const report = await thread.add(batch);
        rows += report.rows;
        drift = report.drift;
        if (drift.length === 0) await take(report.files);
      }
    },
    finish: async () => {
      if (drift.length > 0) throw new SchemaDrift(drift, tables);
      await take(await thread.flush());
      return { rows, errors };
    },
  };
}

/** The encoder writes letters that fail again as a pipeline does; only their errors are new. */
function addErrors(errors: Map<string, string>, { bytes }: EncodedFile): void {
  for (const { columns, rows } of readColumns(bytes, toColumnSpecs(DEAD_LETTER_FIELDS))) {
    const letter = letterReader(columns);
    for (let row = 0; row < rows; row++) {
      const failed = letter(row);
      errors.set(letterName(failed), failed.error);
    }
  }
}
