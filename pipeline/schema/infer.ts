import type { NestedField } from '../../catalog/iceberg/types.ts';
import { isObject } from '../decode/append-value.ts';
import { parseRecord, type RecordValue } from '../decode/parse-record.ts';
import { createShape, observe } from './shape.ts';
import { fieldsOfShape } from './shape-type.ts';

/** A schema proposed from a sample of records, and what a person should know before taking it. */
export interface SchemaProposal {
  /** Ids are 0: the table gives them. Every column may be null. */
  readonly fields: readonly NestedField[];
  readonly records: number;
  /** Records of the sample that are no JSON objects. */
  readonly badRecords: number;
  /** Columns whose values are not all of one type, or that were never filled. */
  readonly remarks: readonly string[];
}

/** Proposes columns for a sample of messages. Columns come in the order in which they were first seen. */
export function inferSchema(messages: readonly (Uint8Array | null)[]): SchemaProposal {
  const root = createShape();
  let records = 0;
  let badRecords = 0;
  for (const message of messages) {
    const value = message === null ? undefined : parseMessage(message);
    if (value === undefined || value === null || !isObject(value)) badRecords += 1;
    else {
      records += 1;
      observe(root, value);
    }
  }
  const remarks: string[] = [];
  const fields = fieldsOfShape(root, { path: '', guess: true, remark: text => remarks.push(text) });
  return { fields, records, badRecords, remarks };
}

function parseMessage(message: Uint8Array): RecordValue | undefined {
  try {
    return parseRecord(new TextDecoder('utf-8', { fatal: true }).decode(message));
  } catch {
    return undefined;
  }
}
