import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { ContentKey } from '../catalog/nessie.ts';
import type { BatchReport, EncodedFile, EncodingPlan } from './batch-encoder.ts';
import { PipelineHalt } from './errors.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import { UnreadableFile } from './parquet/read-columns.ts';
import { removeSpills } from './parquet/spill.ts';
import { HARD_LIMIT_FACTOR, HEAP_LIMIT_MB } from './transform/heap-limit.ts';
import { outOfMemory, type TransformPlan } from './transform/open-transform.ts';
import type { TablePlan } from './rows/table-sink.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

/** A worker thread that decodes and encodes. Calls are carried out in the order in which they are made. */
export interface EncoderThread {
  /** Takes the batch's memory over: it cannot be read afterwards. */
  add(batch: RecordBatch): Promise<BatchReport>;
  /** Rejects when the thread cannot do what it was started for, and nothing that is asked of it succeeds then. */
  readonly opened: Promise<void>;
  /** Makes a dead letter of the first record of a batch. */
  reject(batch: RecordBatch, reason: string): Promise<void>;
  /** Closes every open file; afterwards the thread holds no record. */
  flush(): Promise<readonly EncodedFile[]>;
  stop(): Promise<void>;
}

/** Where the worker's code is while nothing is bundled. */
export const WORKER_ENTRY = new URL('./worker.ts', import.meta.url);

/** WebAssembly memory never shrinks: a thread that holds more than this is replaced when it is empty. */
const WASM_BUDGET_BYTES = 256 * 1024 * 1024;

export interface EncoderThreadOptions extends ThreadContext {
  readonly entry?: URL | undefined;
}

/** Whom a thread asks and tells while it works. */
interface ThreadContext {
  /** Says how the rows of a further table are written, where records are routed. */
  readonly openTable?: OpenTable;
  /** Told that the schema registry fails, or that it has answered. */
  readonly onRegistry?: (failure: string | undefined) => void;
}

export function startEncoderThread(
  plan: EncodingPlan,
  { entry = WORKER_ENTRY, ...context }: EncoderThreadOptions = {},
): EncoderThread {
  let thread = openThread({ kind: 'open', plan }, entry, context);
  return {
    opened: thread.opened,
    add: batch =>
      thread.ask({ kind: 'add', batch }, [
        batch.bytes.buffer as ArrayBuffer,
        batch.offsetDeltas.buffer as ArrayBuffer,
        batch.timestamps.buffer as ArrayBuffer,
        batch.keyLengths.buffer as ArrayBuffer,
        batch.valueLengths.buffer as ArrayBuffer,
        ...(batch.headers === undefined
          ? []
          : [batch.headers.bytes.buffer as ArrayBuffer, batch.headers.offsets.buffer as ArrayBuffer]),
      ]),
    reject: async (batch, reason) => {
      await thread.ask({ kind: 'reject', batch, reason }, []);
    },
    flush: async () => {
      const asked = thread;
      const { files, heldBytes } = await asked.ask({ kind: 'flush' }, []);
      if (heldBytes > WASM_BUDGET_BYTES && asked === thread && asked.isIdle()) {
        thread = openThread({ kind: 'open', plan }, entry, context);
        await asked.stop();
      }
      return files;
    },
    stop: () => thread.stop(),
  };
}

function transformOf(request: WorkerRequest): TransformPlan | undefined {
  return request.kind === 'open' ? request.plan.transform : undefined;
}

/** The thread of a transform may end, but not take the process with it. */
function limitsOf(transform: TransformPlan | undefined): WorkerOptions {
  if (transform === undefined) return {};
  const { heapLimitMb = HEAP_LIMIT_MB } = transform;
  return { resourceLimits: { maxOldGenerationSizeMb: heapLimitMb * HARD_LIMIT_FACTOR } };
}

function isOutOfMemory(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

type OpenTable = (table: ContentKey) => Promise<TablePlan>;
type Done = Extract<WorkerAnswer, { kind: 'done' }>;

/** A thread that was told what it is for. */
export interface Thread {
  /** Rejects when it cannot do that. */
  readonly opened: Promise<void>;
  ask(request: WorkerRequest, transfer: readonly ArrayBuffer[]): Promise<Done>;
  isIdle(): boolean;
  stop(): Promise<void>;
}

/** Starts a worker; `first` says what it is for, and a failure of that is the answer to whatever is asked next. */
export function openThread(first: WorkerRequest, entry: URL, context: ThreadContext = {}): Thread {
  const transform = transformOf(first);
  const worker = new Worker(entry, { name: 'lakehouse-encoder', ...limitsOf(transform) });
  // The worker forgets its number when it has ended.
  const number = worker.threadId;
  const waiting: PromiseWithResolvers<Done>[] = [];
  let failure: Error | undefined;
  const failAll = (error: Error): void => {
    failure ??= error;
    for (const asked of waiting.splice(0)) asked.reject(error);
  };
  worker.on('message', (answer: WorkerAnswer) => {
    if (answer.kind === 'table-wanted') {
      const opened =
        context.openTable?.(answer.table) ?? Promise.reject(new Error('Records are not routed here.'));
      opened.then(plan => worker.postMessage({ kind: 'table', plan } satisfies WorkerRequest)).catch(failAll);
    } else if (answer.kind === 'registry') context.onRegistry?.(answer.failure);
    else if (answer.kind === 'done') waiting.shift()?.resolve(answer);
    else if (answer.kind === 'unreadable') failAll(new UnreadableFile(answer.message));
    else if (answer.kind === 'halted') failAll(new PipelineHalt(answer.code, answer.what, answer.resolution));
    else failAll(new Error(`The encoder failed: ${answer.message}`));
  });
  worker.on('error', (error: Error) =>
    failAll(transform !== undefined && isOutOfMemory(error) ? outOfMemory(transform) : error),
  );
  worker.on('exit', code => failAll(new Error(`The encoder thread ended with code ${code}.`)));
  const ask = (request: WorkerRequest, transfer: readonly ArrayBuffer[]): Promise<Done> => {
    if (failure !== undefined) return Promise.reject(failure);
    const asked = Promise.withResolvers<Done>();
    waiting.push(asked);
    worker.postMessage(request, transfer);
    return asked.promise;
  };
  const opened = ask(first, []).then(() => {});
  opened.catch(failAll);
  return {
    opened,
    ask,
    isIdle: () => waiting.length === 0,
    stop: async () => {
      worker.removeAllListeners('exit');
      await worker.terminate();
      await removeSpills(number);
      failAll(new Error('The encoder thread was stopped.'));
    },
  };
}
