import { parentPort } from 'node:worker_threads';
import { type BatchEncoder, createBatchEncoder } from './batch-encoder.ts';
import { heldWasmBytes } from './parquet/file-writer.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

/** The thread that turns raw records into Parquet files. Requests are answered one after the other, in their order. */
if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
const port = parentPort;
let encoder: BatchEncoder | undefined;
let queue = Promise.resolve();

port.on('message', (request: WorkerRequest) => {
  queue = queue.then(() => answer(request));
});

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const result = await handle(request);
    const transfer = result.files.map(file => file.bytes.buffer);
    port.postMessage(
      { kind: 'done', ...result, heldBytes: heldWasmBytes() } satisfies WorkerAnswer,
      transfer,
    );
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    port.postMessage({ kind: 'failed', message } satisfies WorkerAnswer);
  }
}

async function handle(
  request: WorkerRequest,
): Promise<Omit<Extract<WorkerAnswer, { kind: 'done' }>, 'kind' | 'heldBytes'>> {
  if (request.kind === 'open') {
    encoder = createBatchEncoder(request.plan);
    return NOTHING;
  }
  if (encoder === undefined) throw new Error('The worker got records before it was told what they are.');
  if (request.kind === 'add') return encoder.add(request.batch);
  return { ...NOTHING, files: await encoder.flush() };
}

const NOTHING = { rows: 0, poison: 0, examples: [], unknownNames: [], files: [] } as const;
