import type { IHeaders } from 'kafkajs';
import type { Playground } from './pipeline-playground.ts';

/** A record with everything that a producer may give it. */
export interface RawMessage {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly timestamp: string;
  readonly headers?: IHeaders;
}

/** Sends records to the first partition of a playground's topic, in their order. */
export async function sendRaw(ground: Playground, messages: readonly RawMessage[]): Promise<void> {
  const producer = ground.kafka.producer();
  await producer.connect();
  try {
    await producer.send({
      topic: ground.topic,
      messages: messages.map(message => ({ ...message, partition: 0 })),
    });
  } finally {
    await producer.disconnect();
  }
}
