import { parentPort, workerData } from 'node:worker_threads';
import type { ReadingReply, ReadingRequest, ReadingStart } from './messages.ts';
import { openReading, type OperationContext, OPERATIONS, type Reading } from './operations.ts';

/**
 * The reading thread: opens the files of tables and asks Trino, so that neither loading the clients nor a large file ever
 * blocks the extension host.
 */
const port = parentPort;
if (port === null) throw new Error('client/catalog/reading/worker.ts runs as a worker thread only.');

const reading = openReading((workerData as ReadingStart).endpoints);
const running = new Map<number, AbortController>();
const post = (reply: ReadingReply): void => port.postMessage(reply);

port.on('message', (request: ReadingRequest) => {
  if (request.kind === 'abort') running.get(request.id)?.abort();
  else void answer(request);
});

async function answer({ id, name, params }: Extract<ReadingRequest, { kind: 'call' }>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    const operation = OPERATIONS[name] as (
      reading: Reading,
      params: unknown,
      context: OperationContext,
    ) => Promise<unknown>;
    const report: OperationContext['report'] = progress => post({ kind: 'progress', id, progress });
    post({ kind: 'answer', id, value: await operation(reading, params, { signal: abort.signal, report }) });
  } catch (error) {
    const { name: kind, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    post({ kind: 'failure', id, error: { name: kind, message, stack } });
  } finally {
    running.delete(id);
  }
}
