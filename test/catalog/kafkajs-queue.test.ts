import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { restIdleQueues } from '../../catalog/kafkajs-queue.ts';

interface RequestQueue {
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null;
  maybeThrottle(milliseconds: number): void;
  push(request: object): void;
  fulfillRequest(response: { correlationId: number; payload: unknown; size: number }): void;
}

const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => RequestQueue;

const nothing = (): void => undefined;
const newQueue = (): RequestQueue =>
  new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'test',
    logger: { debug: nothing, warn: nothing },
  });

/** Resolves when the queue lets the request go. */
function push(queue: RequestQueue, correlationId: number): Promise<void> {
  const entry = { correlationId, resolve: nothing, reject: nothing };
  return new Promise(sendRequest => queue.push({ entry, expectResponse: true, sendRequest }));
}

describe('a queue of kafkajs', () => {
  restIdleQueues();
  restIdleQueues();

  test('sets no timer when nothing waits, about which Node would warn', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', listener);
    try {
      const queue = newQueue();
      await push(queue, 1);
      queue.fulfillRequest({ correlationId: 1, payload: undefined, size: 0 });
      assert.equal(queue.throttleCheckTimeoutId, null);
      // Warnings are emitted in the next turn.
      await setImmediate();
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', listener);
    }
  });

  test('sends what waits when the request before it is answered, and then when its throttle is over', async () => {
    const queue = newQueue();
    await push(queue, 1);
    const second = push(queue, 2);
    queue.fulfillRequest({ correlationId: 1, payload: undefined, size: 0 });
    await second;
    queue.fulfillRequest({ correlationId: 2, payload: undefined, size: 0 });
    queue.maybeThrottle(5);
    await push(queue, 3);
    queue.fulfillRequest({ correlationId: 3, payload: undefined, size: 0 });
  });
});
