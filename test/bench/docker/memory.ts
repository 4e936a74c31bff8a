import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { sightContainers } from '../../../docker/containers/status.ts';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { DockerStack } from '../../docker/engine-stack.ts';
import { connectKafka, queryTrino } from '../../services/docker/stack-clients.ts';

const SAMPLE_INTERVAL_MS = 500;
const RECORDS = 200_000;
const RECORDS_PER_REQUEST = 2_000;
const RECORD_BYTES = 500;
const JOIN = `SELECT n.name, sum(l.extendedprice) FROM tpch.sf1.lineitem l JOIN tpch.sf1.orders o ON l.orderkey = o.orderkey
  JOIN tpch.sf1.customer c ON o.custkey = c.custkey JOIN tpch.sf1.nation n ON c.nationkey = n.nationkey GROUP BY 1`;

/** Resident memory of one container in megabytes, and what it is allowed. */
export interface ContainerMemory {
  readonly limit: number;
  /** Right after the start. */
  readonly idle: number;
  /** The highest while everything was used. */
  readonly peak: number;
}

/**
 * The memory of every container of a stack that is ready, by its name: after the start, and at its highest while 100 MB of
 * records come in, a table of six million rows is written and joins of that size run.
 */
export async function measureMemory({
  engine,
  stackId,
  lakehouse,
}: DockerStack): Promise<Record<string, ContainerMemory>> {
  const containers = [...(await sightContainers(engine, stackId))].map(([name, { id }]) => ({ name, id }));
  const sample = (): Promise<number[]> => Promise.all(containers.map(({ id }) => engine.memoryBytes(id)));
  const idle = await sample();
  const peak = [...idle];
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      for (const [i, bytes] of (await sample()).entries()) peak[i] = Math.max(peak[i] ?? 0, bytes);
      await delay(SAMPLE_INTERVAL_MS);
    }
  })();
  try {
    await useEverything(await lakehouse.endpoints());
  } finally {
    over.abort();
    await sampling;
  }
  return Object.fromEntries(
    containers.map(({ name, id }, i) => {
      const row = { limit: limitOf(id), idle: megabytes(idle[i]), peak: megabytes(peak[i]) };
      return [name, row] as const;
    }),
  );
}

async function useEverything(endpoints: LakehouseEndpoints): Promise<void> {
  await produce(endpoints);
  await queryTrino(endpoints, 'CREATE SCHEMA iceberg.measured');
  await queryTrino(endpoints, 'CREATE TABLE iceberg.measured.lineitem AS SELECT * FROM tpch.sf1.lineitem');
  for (let i = 0; i < 3; i++) await queryTrino(endpoints, JOIN);
  await queryTrino(endpoints, JOIN.replace('tpch.sf1.lineitem', 'iceberg.measured.lineitem'));
  await queryTrino(endpoints, 'CREATE TABLE iceberg.measured.small (n bigint)');
  for (let i = 0; i < 20; i++) await queryTrino(endpoints, `INSERT INTO iceberg.measured.small VALUES ${i}`);
}

async function produce(endpoints: LakehouseEndpoints): Promise<void> {
  const producer = connectKafka(endpoints).producer();
  await producer.connect();
  const messages = Array.from({ length: RECORDS_PER_REQUEST }, (_, i) => ({
    value: `${i}`.padEnd(RECORD_BYTES, 'x'),
  }));
  for (let sent = 0; sent < RECORDS; sent += RECORDS_PER_REQUEST)
    await producer.send({ topic: 'measured', acks: -1, messages });
  await producer.disconnect();
}

function limitOf(id: string): number {
  const text = execFileSync('docker', ['inspect', '--format', '{{.HostConfig.Memory}}', id], {
    encoding: 'utf8',
  });
  return Math.round(Number(text) / 1024 ** 2);
}

function megabytes(bytes = 0): number {
  return Math.round(bytes / 1024 ** 2);
}
