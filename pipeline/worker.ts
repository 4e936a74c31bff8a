import { parentPort } from 'node:worker_threads';
import type { ContentKey } from '../catalog/nessie.ts';
import type { RegistryWatch } from './avro/avro-format.ts';
import { type BatchEncoder, createBatchEncoder } from './batch-encoder.ts';
import { type FileRewriter, openRewriter } from './compact/rewrite-files.ts';
import { PipelineHalt } from './errors.ts';
import { messageOf } from './iceberg/retrying.ts';
import { heldWasmBytes } from './parquet/file-writer.ts';
import { UnreadableFile } from './parquet/read-columns.ts';
import type { TablePlan } from './rows/table-sink.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

/** The thread that turns raw records into Parquet files. Requests are answered one after the other, in their order. */
if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
const port = parentPort;
let encoder: BatchEncoder | undefined;
let rewriter: FileRewriter | undefined;
let queue = Promise.resolve();
/** The table that the thread waits for: work is done one after the other, so there is never a second. */
let wanted: PromiseWithResolvers<TablePlan> | undefined;

port.on('message', (request: WorkerRequest) => {
  if (request.kind === 'table') wanted?.resolve(request.plan);
  else queue = queue.then(() => answer(request));
});

type Work = Exclude<WorkerRequest, { kind: 'table' }>;

async function answer(request: Work): Promise<void> {
  try {
    const result = await handle(request);
    const transfer = result.files.map(file => file.bytes.buffer);
    port.postMessage(
      { kind: 'done', ...result, heldBytes: heldWasmBytes() } satisfies WorkerAnswer,
      transfer,
    );
  } catch (error) {
    port.postMessage(failureAnswer(error));
  }
}

function failureAnswer(error: unknown): WorkerAnswer {
  if (error instanceof UnreadableFile) return { kind: 'unreadable', message: error.message };
  if (error instanceof PipelineHalt) {
    const { code, what, resolution } = error;
    return { kind: 'halted', code, what, resolution };
  }
  return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The thread waits for a schema registry that is away; the main thread says so. */
const watch: RegistryWatch = {
  onTrouble: error => {
    port.postMessage({ kind: 'registry', failure: messageOf(error) } satisfies WorkerAnswer);
  },
  onAnswer: () => {
    port.postMessage({ kind: 'registry', failure: undefined } satisfies WorkerAnswer);
  },
};

async function handle(
  request: Work,
): Promise<Omit<Extract<WorkerAnswer, { kind: 'done' }>, 'kind' | 'heldBytes'>> {
  switch (request.kind) {
    case 'open':
      encoder = createBatchEncoder(request.plan, { openTable, watch });
      return NOTHING;
    case 'add':
      return opened(encoder).add(request.batch);
    case 'reject':
      opened(encoder).reject(request.batch, request.reason);
      return NOTHING;
    case 'flush':
      return { ...NOTHING, files: await opened(encoder).flush() };
    case 'rewrite':
      rewriter = openRewriter(request.rewriting);
      return NOTHING;
    case 'rewrite-add':
      await opened(rewriter).add(request.bytes);
      return NOTHING;
    case 'rewrite-finish':
      return { ...NOTHING, files: [await opened(rewriter).finish()] };
  }
}

function openTable(table: ContentKey): Promise<TablePlan> {
  wanted = Promise.withResolvers();
  port.postMessage({ kind: 'table-wanted', table } satisfies WorkerAnswer);
  return wanted.promise;
}

function opened<T>(work: T | undefined): T {
  if (work === undefined) throw new Error('The worker got work before it was told what it is.');
  return work;
}

const NOTHING = {
  rows: 0,
  filtered: 0,
  poison: 0,
  examples: [],
  unknownNames: [],
  files: [],
  drift: [],
} as const;
