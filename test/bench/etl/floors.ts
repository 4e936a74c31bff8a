import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { createBatchEncoder } from '../../../pipeline/batch-encoder.ts';
import type { ColumnSpec } from '../../../pipeline/decode/column.ts';
import { createJsonDecoder, decodeBatch } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import type { NestedField } from '../../../catalog/iceberg/types.ts';
import type { connectKafka } from '../../../pipeline/kafka/client.ts';
import { createKafkaSource } from '../../../pipeline/kafka/kafka-source.ts';
import { packRecords } from '../../../pipeline/kafka/pack.ts';
import type { RecordBatch } from '../../../pipeline/kafka/record-source.ts';
import type { StepsPlan } from '../../../pipeline/rows/open-steps.ts';
import type { FormatPlan } from '../../../pipeline/rows/row-format.ts';
import { carefulRows } from '../../support/careful-rows.ts';

export interface ReadingFloor {
  readonly rowsPerSecond: number;
  /** Processor time of the process per row, in microseconds. */
  readonly microsPerRow: number;
}

/** How fast the topic can be read when nothing is done with it. */
export async function readingAlone(
  kafka: ReturnType<typeof connectKafka>,
  topic: string,
): Promise<ReadingFloor> {
  const source = createKafkaSource({ kafka, topics: [topic], group: `bench-${topic}` });
  const ranges = await source.ranges();
  const total = [...ranges.values()].reduce((sum, { low, high }) => sum + Number(high - low), 0);
  const done = Promise.withResolvers<void>();
  let rows = 0;
  let started = 0;
  let cpu = process.cpuUsage();
  await source.start(new Map([...ranges].map(([name, { low }]) => [name, { offset: low }])), {
    onBatch: async batch => {
      if (started === 0) [started, cpu] = [performance.now(), process.cpuUsage()];
      rows += batch.count;
      if (rows >= total) done.resolve();
    },
    onSkipped: () => {},
    onReassigned: () => {},
    onFailure: error => done.reject(error),
  });
  await done.promise;
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await source.stop();
  return { rowsPerSecond: rows / seconds, microsPerRow: (user + system) / rows };
}

export interface EncodingFloor {
  readonly rowsPerSecond: number;
  /** Processor time per row of the decoding and encoding thread, in microseconds. */
  readonly microsPerRow: number;
  /** The part of it that makes columns of the records; the rest makes files of the columns. */
  readonly decodeMicrosPerRow: number;
  readonly bytesPerRow: number;
}

export interface EncodingOptions extends StepsPlan {
  readonly rows: number;
  readonly format?: FormatPlan;
}

/** Decoding and encoding alone: the messages are in memory, the files are thrown away. */
export async function encodingAlone(
  schema: readonly NestedField[],
  messages: readonly (string | Uint8Array)[],
  { rows, format = { kind: 'json' }, ...steps }: EncodingOptions,
): Promise<EncodingFloor> {
  const columns = toColumnSpecs(assignFieldIds(schema).fields);
  const encoder = createBatchEncoder({
    pipeline: 'bench',
    table: ['bench'],
    deadLetters: ['bench__dead_letters'],
    format,
    columns,
    partitionFields: [],
    targetFileBytes: 64 * 1024 * 1024,
    onError: 'skip',
    ...steps,
  });
  const batch = toBatch(messages);
  // The first pass compiles; it is not counted.
  for (let i = 0; i < 3; i++) await encoder.add(batch);
  await encoder.flush();
  let done = 0;
  let bytes = 0;
  const cpu = process.threadCpuUsage();
  const started = performance.now();
  while (done < rows) {
    const { files } = await encoder.add(batch);
    for (const file of files) bytes += file.bytes.byteLength;
    done += batch.count;
  }
  for (const file of await encoder.flush()) bytes += file.bytes.byteLength;
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.threadCpuUsage(cpu);
  return {
    rowsPerSecond: done / seconds,
    microsPerRow: (user + system) / done,
    decodeMicrosPerRow: format.kind === 'json' ? decodingAlone(columns, batch, rows) : NaN,
    bytesPerRow: bytes / done,
  };
}

function decodingAlone(columns: readonly ColumnSpec[], batch: RecordBatch, rows: number): number {
  const decoder = createJsonDecoder(columns, batch.count);
  const decode = (): void => {
    decoder.rows = 0;
    const report = { careful: carefulRows(decoder, batch), onPoison: () => true };
    decodeBatch(decoder, batch, { record: 0, byte: 0 }, report);
  };
  for (let i = 0; i < 3; i++) decode();
  const cpu = process.threadCpuUsage();
  let done = 0;
  for (; done < rows; done += batch.count) decode();
  const { user, system } = process.threadCpuUsage(cpu);
  return (user + system) / done;
}

/** Writing files of 8 MB alone, in MB per second. */
export async function storingAlone(endpoints: LakehouseEndpoints): Promise<number> {
  const client = createS3Client(endpoints.objectStore);
  const store = createObjectStore(client);
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const file = new Uint8Array(8 * 1024 * 1024);
  for (let i = 0; i < file.length; i += bytes.length) file.set(bytes, i);
  const names = Array.from({ length: 8 }, (_, i) => `s3://${endpoints.objectStore.bucket}/bench/${i}`);
  const started = performance.now();
  for (const name of names) await store.put(name, file);
  const seconds = (performance.now() - started) / 1000;
  for (const name of names) await store.delete(name);
  client.destroy();
  return (names.length * file.length) / 1e6 / seconds;
}

/** The messages as a source would deliver them. */
export function toBatch(messages: readonly (string | Uint8Array)[]): RecordBatch {
  const records = messages.map((text, index) => ({
    offset: String(index),
    timestamp: '0',
    key: null,
    value: Buffer.from(text as string),
    headers: { trace: `trace ${index}` },
  }));
  const place = { topic: 'bench', partition: 0, nextOffset: BigInt(records.length) };
  return packRecords(place, records, [0, records.length]);
}
