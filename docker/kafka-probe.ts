import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { restIdleQueues } from '../catalog/kafkajs-queue.ts';
import { type ProbeRun, REQUEST_TIMEOUT_MS } from './probe-run.ts';

/**
 * Sends a record round: topic, producer, consumer group and its coordinator. A broker that only answers is not ready: its
 * coordinators load for about a second after it. The topic and the group are removed again.
 */
export async function probeKafka({ endpoints, onStep }: ProbeRun): Promise<void> {
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
