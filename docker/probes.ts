import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Kafka } from 'kafkajs';
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { connectNessie, getConfig, getReference } from '../catalog/nessie.ts';
import { quoteIdentifier } from '../catalog/trino/quote.ts';
import type { ServiceName } from './events.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** One attempt to use a service as its clients will. */
export interface ProbeRun {
  readonly endpoints: LakehouseEndpoints;
  readonly signal: AbortSignal;
  /** Told what is being tried, as a person reads it. */
  readonly onStep: (step: string) => void;
}

/**
 * Resolves when the service does its work over its own protocol; rejects with what it answered instead. Each loads its
 * service's client itself: all of them at once would hold up whoever waits for one.
 */
export const PROBES: Readonly<Record<ServiceName, (run: ProbeRun) => Promise<void>>> = {
  kafka: probeKafka,
  objectStore: probeObjectStore,
  nessie: probeNessie,
  trino: probeTrino,
};

/**
 * Sends a record round: topic, producer, consumer group and its coordinator. A broker that only answers is not ready: its
 * coordinators load for about a second after it. The topic and the group are removed again.
 */
async function probeKafka({ endpoints, onStep }: ProbeRun): Promise<void> {
  const { restIdleQueues } = await import('../catalog/kafkajs-queue.ts');
  const { Kafka, logLevel } = await import('kafkajs');
  restIdleQueues();
  const kafka = new Kafka({
    clientId: 'lakehouse-probe',
    brokers: [...endpoints.kafka.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { initialRetryTime: 100, retries: 6 },
  });
  const name = `__lakehouse_probe_${randomBytes(6).toString('hex')}`;
  const admin = kafka.admin({ retry: { retries: 0 } });
  onStep('waiting for the broker');
  await admin.connect();
  try {
    onStep('sending a record round');
    const replicationFactor = Math.min(endpoints.kafka.brokers.length, 3);
    await admin.createTopics({ topics: [{ topic: name, numPartitions: 1, replicationFactor }] });
    await sendRound(kafka, name);
  } finally {
    await admin.deleteGroups([name]).catch(() => undefined);
    await admin.deleteTopics({ topics: [name] }).catch(() => undefined);
    await admin.disconnect();
  }
}

async function sendRound(kafka: Kafka, name: string): Promise<void> {
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: name });
  try {
    await Promise.all([producer.connect(), consumer.connect()]);
    await producer.send({ topic: name, acks: -1, messages: [{ value: name }] });
    await consumer.subscribe({ topic: name, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The record did not come back.')), REQUEST_TIMEOUT_MS);
      consumer
        .run({
          eachMessage: ({ message }) => {
            clearTimeout(timer);
            if (message.value?.toString() === name) resolve();
            else reject(new Error('Another record came back.'));
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
  }
}

/** Makes the bucket of the warehouse if it is missing, then puts, gets and deletes an object. */
async function probeObjectStore({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  const { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } =
    await import('@aws-sdk/client-s3');
  const { createS3Client } = await import('../catalog/storage.ts');
  const { bucket } = endpoints.objectStore;
  const client = createS3Client(endpoints.objectStore);
  const options = { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]) };
  const object = { Bucket: bucket, Key: `.lakehouse-probe/${randomBytes(6).toString('hex')}` };
  try {
    onStep(`looking for the bucket ${bucket}`);
    if (!(await hasBucket(client, bucket, options.abortSignal)))
      await client.send(new CreateBucketCommand({ Bucket: bucket }), options);
    onStep('writing, reading and deleting an object');
    await client.send(new PutObjectCommand({ ...object, Body: object.Key }), options);
    const got = await client.send(new GetObjectCommand(object), options);
    if ((await got.Body?.transformToString()) !== object.Key) throw new Error('Another object came back.');
    await client.send(new DeleteObjectCommand(object), options);
  } finally {
    client.destroy();
  }
}

async function hasBucket(client: S3Client, bucket: string, abortSignal: AbortSignal): Promise<boolean> {
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal });
    return true;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) return false;
    throw error;
  }
}

/** The configuration and the default branch. */
async function probeNessie({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  onStep('asking for the default branch');
  const connection = connectNessie({ ...endpoints.nessie, timeoutMs: REQUEST_TIMEOUT_MS });
  const { defaultBranch } = await getConfig(connection, signal);
  await getReference(connection, defaultBranch, { signal });
}

/** Not starting any more, computing, and seeing the tables' catalog: a plain 200 while it starts means nothing. */
async function probeTrino({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  const { uri, user, catalog } = endpoints.trino;
  onStep('waiting for the coordinator');
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  const response = await fetch(`${uri}/v1/info`, { signal: timeout });
  const info = (await response.json()) as { starting?: boolean };
  if (info.starting !== false) throw new Error('Trino is still starting.');
  const { connectTrino, queryAll } = await import('../catalog/trino/client.ts');
  const trino = connectTrino({ uri, user, source: 'lakehouse-probe', requestTimeoutMs: REQUEST_TIMEOUT_MS });
  onStep('running SELECT 1');
  await queryAll(trino, 'SELECT 1', { signal });
  onStep(`listing the schemas of ${catalog}`);
  await queryAll(trino, `SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`, { signal });
}
