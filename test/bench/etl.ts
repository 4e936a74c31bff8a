/**
 * How fast a pipeline is, beside the floors that the machine sets in the same run: reading the topic alone, decoding and
 * encoding alone, storing alone.
 *   npm run bench etl -- [--rows 1000000] [--shape taxi|poison|wide|nested|highcard] [--endpoints FILE] [--json]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectTrino, queryAll } from '../../catalog/trino/client.ts';
import { quoteName } from '../../catalog/trino/quote.ts';
import { openLakehouse } from '../../docker/lakehouse.ts';
import { PIPELINE_ENVIRONMENT, PIPELINE_EXEC_ARGV } from '../../pipeline/child-protocol.ts';
import { connectKafka } from '../../pipeline/kafka/client.ts';
import { deleteTopic } from '../../pipeline/kafka/replay-topic.ts';
import { openTopicProducer, type TopicProducer } from '../../pipeline/kafka/topic-producer.ts';
import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import { generateTaxiTrips } from '../../pipeline/produce/taxi.ts';
import { produceRows } from '../../pipeline/produce/produce.ts';
import { takeRows } from '../../pipeline/produce/rows.ts';
import { columnsCost } from './etl/columns-cost.ts';
import { encodingAlone, readingAlone, storingAlone, toBatch } from './etl/floors.ts';
import { transformAlone } from './etl/transform.ts';
import type { MeasuredResult, MeasuredRun } from './etl/run-pipeline.ts';
import { formatsAlone } from './etl/formats.ts';
import { type Shape, shapeConfig, SHAPES } from './etl/shapes.ts';

/** Enough that nothing of it stays in a cache, and few enough to hold. */
const SAMPLE_BYTES = 20_000_000;
const TRIP_BYTES = 410;
const FRESHNESS_SECONDS = 20;
const FRESHNESS_INTERVAL = '2s';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      shape: { type: 'string', default: 'taxi' },
      endpoints: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const shape = SHAPES[values.shape];
  if (shape === undefined) throw new Error(`--shape is one of ${Object.keys(SHAPES).join(', ')}.`);
  const endpoints = await findEndpoints(values.endpoints);
  const rows = Number(values.rows);
  const name = `${values.shape}_${Date.now()}`;
  const topic = `bench-${name}`;
  const kafka = connectKafka(endpoints.kafka, 'lakehouse-bench');
  const producer = await openTopicProducer(kafka, { topic, partitions: 3 });
  const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
  try {
    const produced = await produceRows({
      rows: takeRows(() => shape.rows(), { limit: rows }),
      producer,
      keyTemplate: undefined,
    });
    say(
      `produced ${rows} rows of shape ${values.shape}, ${(produced.bytes / rows).toFixed(0)} bytes each, ${perSecond(rows, produced.milliseconds / 1000)} rows/s`,
    );
    const config = shapeConfig(shape, name, topic, '10s');
    const messages = await sample(shape, produced.bytes / rows);
    const floors = {
      kafka: await readingAlone(kafka, topic),
      storeMbPerSecond: Math.round(await storingAlone(endpoints)),
      encoder: await encodingAlone(config.schema ?? [], messages, { rows: Math.min(rows, 1_000_000) }),
      transform: await transformAlone(config.schema ?? [], messages, Math.min(rows, 500_000)),
    };
    say(
      `floors: reading alone ${Math.round(floors.kafka.rowsPerSecond)} rows/s (${floors.kafka.microsPerRow.toFixed(2)} µs of processor per row); decoding and encoding alone ${Math.round(floors.encoder.rowsPerSecond)} rows/s (${floors.encoder.microsPerRow.toFixed(2)} µs of processor per row, ${floors.encoder.decodeMicrosPerRow.toFixed(2)} of them decoding, ${floors.encoder.bytesPerRow.toFixed(1)} bytes per row stored); storing alone ${floors.storeMbPerSecond} MB/s`,
    );
    say(
      `with a transform in TypeScript the encoder alone makes ${Math.round(floors.transform.rowsPerSecond)} rows/s (${floors.transform.microsPerRow.toFixed(2)} µs of processor per row)`,
    );
    const trips = await sample({ ...shape, rows: () => generateTaxiTrips(1) }, TRIP_BYTES);
    const formats = await formatsAlone(trips, Math.min(rows, 500_000));
    say(
      `other formats, on the taxi trips: the encoder alone makes ${Math.round(formats.avro.rowsPerSecond)} rows/s of Avro (${formats.avro.microsPerRow.toFixed(2)} µs of processor per row) and ${Math.round(formats.csv.rowsPerSecond)} of CSV (${formats.csv.microsPerRow.toFixed(2)} µs)`,
    );
    const columns = columnsCost(toBatch(trips));
    say(
      `columns by rules, on the taxi trips: decoding alone ${columns.plain.toFixed(2)} µs of processor per row; with a renamed column, a default, an offset column and a filter ${plus(columns.simple, columns.plain)}; with two casts, the time and a header besides ${plus(columns.casts, columns.plain)}`,
    );
    const result = await measure({ config, endpoints });
    const rowsPerSecond = Math.round(result.rows / result.seconds);
    const mbPerSecond = produced.bytes / 1e6 / result.seconds;
    say(
      `etl: ${rowsPerSecond} rows/s, ${mbPerSecond.toFixed(0)} MB/s end to end (${result.seconds.toFixed(1)} s, start-up included), ${result.cpuMicrosPerRow.toFixed(2)} µs of processor per row, peak ${Math.round(result.peakRssMb)} MB, first commit after ${result.firstCommitSeconds.toFixed(1)} s`,
    );
    const count = (
      await queryAll(trino, `SELECT count(*) FROM ${quoteName([endpoints.trino.catalog, ...config.table])}`)
    ).rows[0]?.[0];
    const expected = rows - Math.floor(rows / (shape.poisonEvery ?? Infinity));
    if (Number(count) !== expected) throw new Error(`Trino counts ${String(count)} rows, not ${expected}.`);
    const freshness = await measureFreshness(shape, { endpoints, producer, name, topic });
    say(
      `freshness with a commit interval of ${FRESHNESS_INTERVAL}: p50 ${freshness.p50.toFixed(2)} s, p95 ${freshness.p95.toFixed(2)} s`,
    );
    if (values.json === true) {
      const { peakRssMb, firstCommitSeconds } = result;
      console.log(
        JSON.stringify({
          shape: values.shape,
          rows,
          rowsPerSecond,
          mbPerSecond,
          workerMicrosPerRow: floors.encoder.microsPerRow,
          cpuMicrosPerRow: result.cpuMicrosPerRow,
          cpuMicrosPerRowByStage: {
            read: floors.kafka.microsPerRow,
            decode: floors.encoder.decodeMicrosPerRow,
            encode: floors.encoder.microsPerRow - floors.encoder.decodeMicrosPerRow,
            // Passing on, storing, committing, and garbage of all threads.
            rest: result.cpuMicrosPerRow - floors.kafka.microsPerRow - floors.encoder.microsPerRow,
          },
          peakRssMb,
          firstCommitSeconds,
          freshnessP50Seconds: freshness.p50,
          freshnessP95Seconds: freshness.p95,
          floors: { ...floors, formats },
          columnsMicrosPerRow: columns,
        }),
      );
    }
  } finally {
    await producer.close();
    for (const table of [name, `${name}__dead_letters`])
      await queryAll(trino, `DROP TABLE IF EXISTS ${quoteName([endpoints.trino.catalog, 'bench', table])}`);
    await deleteTopic(kafka, topic);
  }
}

/** How much more a time is than another. */
function plus(time: number, than: number): string {
  const percent = (time / than - 1) * 100;
  return `${time.toFixed(2)} (${percent < 0 ? '' : '+'}${percent.toFixed(0)} %)`;
}

async function findEndpoints(file: string | undefined): Promise<LakehouseEndpoints> {
  const named = file ?? process.env['LAKEHOUSE_ENDPOINTS'];
  if (named === undefined) return openLakehouse().endpoints();
  return JSON.parse(readFileSync(named, 'utf8')) as LakehouseEndpoints;
}

async function sample(shape: Shape, bytesPerRow: number): Promise<string[]> {
  const limit = Math.round(SAMPLE_BYTES / bytesPerRow);
  const texts: string[] = [];
  for await (const rows of takeRows(() => shape.rows(), { limit }))
    texts.push(...rows.map(row => JSON.stringify(row)));
  return texts;
}

/** Runs the pipeline in a process of its own. */
async function measure(run: MeasuredRun): Promise<MeasuredResult> {
  const child = fork(path.join(import.meta.dirname, 'etl/run-pipeline.ts'), {
    serialization: 'advanced',
    execArgv: [...PIPELINE_EXEC_ARGV],
    env: { ...process.env, ...PIPELINE_ENVIRONMENT },
  });
  child.send(run);
  const exited = once(child, 'exit').then(() => {
    throw new Error('The measured pipeline ended without a result.');
  });
  const [result] = (await Promise.race([once(child, 'message'), exited])) as [MeasuredResult];
  return result;
}

interface FreshnessRun {
  readonly endpoints: LakehouseEndpoints;
  readonly producer: TopicProducer;
  readonly name: string;
  readonly topic: string;
}

/** Seconds from the moment at which the brokers have a record until the commit that shows it. */
async function measureFreshness(
  shape: Shape,
  { endpoints, producer, name, topic }: FreshnessRun,
): Promise<{ readonly p50: number; readonly p95: number }> {
  const config = shapeConfig(shape, name, topic, FRESHNESS_INTERVAL);
  const sent: { readonly at: number; readonly upTo: number }[] = [];
  const delays: number[] = [];
  let committed = 0;
  const pipeline = startLakehousePipeline({
    config,
    endpoints,
    onReport: report => {
      if (report.kind !== 'commit') return;
      committed += Number(report.commit.rows);
      const now = performance.now();
      while (sent[0] !== undefined && sent[0].upTo <= committed)
        delays.push((now - (sent.shift()?.at ?? now)) / 1000);
    },
  });
  while (pipeline.metrics().state !== 'running') await new Promise(resolve => setTimeout(resolve, 50));
  let count = 0;
  await produceRows({
    rows: takeRows(() => shape.rows(), { limit: FRESHNESS_SECONDS * 1000 }),
    producer: {
      ...producer,
      send: async records => {
        await producer.send(records);
        sent.push({ at: performance.now(), upTo: (count += records.length) });
      },
    },
    keyTemplate: undefined,
    rowsPerSecond: 1000,
  });
  pipeline.stop();
  await pipeline.finished;
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

function perSecond(rows: number, seconds: number): number {
  return Math.round(rows / seconds);
}

function say(text: string): void {
  console.log(text);
}
