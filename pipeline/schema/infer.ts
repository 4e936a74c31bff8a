import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { jsonFormat } from '../rows/json-format.ts';
import { BadRecord } from '../rows/raw-record.ts';
import { createShape, observe, type Shape } from './shape.ts';
import { fieldsOfShape } from './shape-type.ts';

/** A schema proposed from a sample of records, and what a person should know before taking it. */
export interface SchemaProposal {
  /** Ids are 0: the table gives them. Every column may be null. */
  readonly fields: readonly NestedField[];
  readonly records: number;
  /** Records of the sample that are no rows. */
  readonly badRecords: number;
  /** Columns whose values are not all of one type, or that were never filled. */
  readonly remarks: readonly string[];
}

/** The objects in the value of a message. Throws BadRecord. */
export type ReadMessage = (value: Uint8Array | undefined) => readonly RecordObject[];

const readJson: ReadMessage = value => jsonFormat.read({ value });

/** Proposes columns for a sample of messages. Columns come in the order in which they were first seen. */
export function inferSchema(
  messages: readonly (Uint8Array | null)[],
  read: ReadMessage = readJson,
): SchemaProposal {
  const root = createShape();
  let records = 0;
  let badRecords = 0;
  for (const message of messages) {
    try {
      for (const row of read(message ?? undefined)) observe(root, row);
      records += 1;
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      badRecords += 1;
    }
  }
  return { ...describeShape(root), records, badRecords };
}

/** Proposes columns for rows that were made already. */
export function inferRows(rows: readonly RecordObject[]): Pick<SchemaProposal, 'fields' | 'remarks'> {
  const root = createShape();
  for (const row of rows) observe(root, row);
  return describeShape(root);
}

function describeShape(root: Shape): Pick<SchemaProposal, 'fields' | 'remarks'> {
  const remarks: string[] = [];
  const fields = fieldsOfShape(root, { path: '', guess: true, remark: text => remarks.push(text) });
  return { fields, remarks };
}
