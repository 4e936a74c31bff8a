import type { JsonDecoder } from '../decode/json-decoder.ts';
import { isObject, type RecordObject, type RecordValue } from '../decode/parse-record.ts';
import { registryRefused } from '../errors.ts';
import { retryingReads } from '../iceberg/retrying.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { TOMBSTONE } from '../rows/json-format.ts';
import { BadRecord } from '../rows/raw-record.ts';
import type { ReadDirect, RowFormat } from '../rows/row-format.ts';
import { type AvroScan, compileAvroScan } from './avro-scan.ts';
import { avroInput } from './avro-input.ts';
import { type AvroReader, compileAvroReader } from './avro-reader.ts';
import { type AvroType, parseAvroSchema } from './avro-type.ts';
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
  const type = parseAvroSchema(schemas.schema);
  const read = compileAvroReader(type);
  return {
    read: ({ value }) => [rowOf(read(present(value)))],
    direct: decoder => {
      const scan = compileAvroScan(type, decoder);
      return scan === undefined ? () => 0 : directOver(() => scan);
    },
  };
}

/** Reads messages whose fast path is found by what stands before `head` bytes of each. */
function directOver(
  scanOf: (bytes: Uint8Array, start: number, length: number) => AvroScan | undefined,
  head = 0,
): ReadDirect {
  let input = avroInput(new Uint8Array(0));
  let known: Uint8Array | undefined;
  return (bytes, { row, start, end }) => {
    if (bytes !== known) {
      known = bytes;
      input = avroInput(bytes);
    }
    const scan = scanOf(bytes, start, end - start);
    if (scan === undefined) return 0;
    input.position = start + head;
    input.end = end;
    return scan(input, row) ? 1 : 0;
  };
}

const FRAME_BYTES = 5;

/** Messages that name their schema. A batch waits until the registry has told about all ids in it. */
export function framedFormat(registry: SchemaRegistry, watch: RegistryWatch): RowFormat {
  /** What a registry once gave for an id it never changes. */
  const schemas = new Map<number, { readonly type: AvroType; readonly read: AvroReader }>();
  /** Why there is none for an id of this batch; the next one asks again, because it may have been registered meanwhile. */
  const missing = new Map<number, string>();
  const learn = async (id: number): Promise<void> => {
    try {
      const type = await retryingReads(watch, () => registry.schemaById(id));
      schemas.set(id, { type, read: compileAvroReader(type) });
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
      for (const id of idsOf(batch)) if (!schemas.has(id)) await learn(id);
    },
    read: ({ value }) => {
      const bytes = present(value);
      const id = schemaIdOf(bytes);
      if (id === undefined)
        throw new BadRecord(
          'no Avro as a schema registry frames it: it does not begin with 0 and the id of a schema',
        );
      const schema = schemas.get(id);
      if (schema === undefined) throw new BadRecord(missing.get(id) ?? `schema ${id} is not known`);
      return [rowOf(schema.read(bytes.subarray(FRAME_BYTES)))];
    },
    direct: decoder => directOver(scansBySchema(schemas, decoder), FRAME_BYTES),
  };
}

function scansBySchema(
  schemas: ReadonlyMap<number, { readonly type: AvroType }>,
  decoder: JsonDecoder,
): Parameters<typeof directOver>[0] {
  const scans = new Map<number, AvroScan | undefined>();
  return (bytes, start, length) => {
    const id = idAt(bytes, start, length);
    const schema = id === undefined ? undefined : schemas.get(id);
    if (id === undefined || schema === undefined) return undefined;
    if (!scans.has(id)) scans.set(id, compileAvroScan(schema.type, decoder));
    return scans.get(id);
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
  // The place is inside the bytes, as the length says.
  const [high = 0, second = 0, third = 0, low = 0] = [
    bytes[start + 1],
    bytes[start + 2],
    bytes[start + 3],
    bytes[start + 4],
  ];
  return ((high << 24) | (second << 16) | (third << 8) | low) >>> 0;
}

function present(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new BadRecord(TOMBSTONE);
  return value;
}

function rowOf(value: RecordValue): RecordObject {
  if (isObject(value)) return value;
  throw new BadRecord('no record: the schema is of another type');
}
