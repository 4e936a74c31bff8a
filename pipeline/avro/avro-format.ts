import { isObject } from '../decode/append-value.ts';
import type { RecordObject, RecordValue } from '../decode/parse-record.ts';
import { registryRefused } from '../errors.ts';
import { retryingReads } from '../iceberg/retrying.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { TOMBSTONE } from '../rows/json-format.ts';
import { BadRecord } from '../rows/raw-record.ts';
import type { RowFormat } from '../rows/row-format.ts';
import { type AvroReader, compileAvroReader } from './avro-reader.ts';
import { parseAvroSchema } from './avro-type.ts';
import type { RegistryLogin } from './registry-login.ts';
import { connectRegistry, RegistryError, type SchemaRegistry } from './schema-registry.ts';

/** Where the schemas of Avro messages are. Plain data: it is sent to the worker thread. */
export type AvroSchemas =
  /** Every message begins with the number 0 and the id of its schema in four bytes (Confluent's wire format). */
  | {
      readonly kind: 'registry';
      readonly url: string;
      /** The subject from whose latest schema columns are proposed; `<topic>-value` by default. */
      readonly subject?: string;
      /** Never from a file: it is put in by whoever starts the pipeline. */
      readonly login?: RegistryLogin;
    }
  /** All messages are of this schema, a JSON text, and nothing stands before them. */
  | { readonly kind: 'fixed'; readonly schema: string };

/** What happens while the schemas of a batch are fetched. */
export interface RegistryWatch {
  /** The registry fails; it is asked again and again. */
  readonly onTrouble: (error: unknown) => void;
  readonly onAnswer: () => void;
}

export function openAvroFormat(schemas: AvroSchemas, watch: RegistryWatch): RowFormat {
  if (schemas.kind === 'registry') return framedFormat(connectRegistry(schemas), watch);
  const read = compileAvroReader(parseAvroSchema(schemas.schema));
  return { read: ({ value }) => [rowOf(read(present(value)))] };
}

const FRAME_BYTES = 5;

/** Messages that name their schema. A batch waits until the registry has told about all ids in it. */
export function framedFormat(registry: SchemaRegistry, watch: RegistryWatch): RowFormat {
  /** What a registry once gave for an id it never changes. */
  const readers = new Map<number, AvroReader>();
  /** Why there is none for an id of this batch; the next one asks again, because it may have been registered meanwhile. */
  const missing = new Map<number, string>();
  const learn = async (id: number): Promise<void> => {
    try {
      const type = await retryingReads(watch, () => registry.schemaById(id));
      readers.set(id, compileAvroReader(type));
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.failure === 'refused') throw registryRefused(error.message);
      missing.set(id, `schema ${id}: ${error.message}`);
    }
    watch.onAnswer();
  };
  return {
    prepare: async batch => {
      missing.clear();
      for (const id of idsOf(batch)) if (!readers.has(id)) await learn(id);
    },
    read: ({ value }) => {
      const bytes = present(value);
      const id = schemaIdOf(bytes);
      if (id === undefined)
        throw new BadRecord(
          'no Avro as a schema registry frames it: it does not begin with 0 and the id of a schema',
        );
      const read = readers.get(id);
      if (read === undefined) throw new BadRecord(missing.get(id) ?? `schema ${id} is not known`);
      return [rowOf(read(bytes.subarray(FRAME_BYTES)))];
    },
  };
}

function idsOf(batch: RecordBatch): ReadonlySet<number> {
  const ids = new Set<number>();
  let byte = 0;
  for (let record = 0; record < batch.count; record++) {
    byte += Math.max(0, batch.keyLengths[record] ?? 0);
    const length = Math.max(0, batch.valueLengths[record] ?? 0);
    const id = idAt(batch.bytes, byte, length);
    if (id !== undefined) ids.add(id);
    byte += length;
  }
  return ids;
}

/** The id of the schema that a message names; undefined where it names none. */
export function schemaIdOf(value: Uint8Array): number | undefined {
  return idAt(value, 0, value.length);
}

/** The id of the schema of the message at a place; undefined where none stands. */
function idAt(bytes: Uint8Array, start: number, length: number): number | undefined {
  if (length < FRAME_BYTES || bytes[start] !== 0) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + start + 1, 4).getUint32(0);
}

function present(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new BadRecord(TOMBSTONE);
  return value;
}

function rowOf(value: RecordValue): RecordObject {
  if (isObject(value)) return value;
  throw new BadRecord('no record: the schema is of another type');
}
