import { constants, createContext, runInContext, Script } from 'node:vm';
import { ExactNumber, type RecordObject } from '../decode/parse-record.ts';
import { readHeaders } from '../kafka/headers.ts';
import { PipelineHalt } from '../errors.ts';
import type { RecordRows, RowStep } from '../rows/row-steps.ts';
import { type ContextProgram, createContextProgram, type ModuleBody } from './context/program.ts';
import { createRecordContexts, type RecordContextHost } from './context/record-context.ts';
import { type ContextFault, createContextValues, type ValueHost } from './context/values.ts';
import { describeFault } from './describe-fault.ts';
import { HEAP_LIMIT_MB, isHeapFull } from './heap-limit.ts';
import { asFunction, type TransformCode } from './transform-code.ts';

/** What a transform needs to run. Plain data: it is sent to the worker thread. */
export interface TransformPlan {
  readonly code: TransformCode;
  /** The pipeline's name, as the function gets it in its context. */
  readonly pipeline: string;
  /** The time that the function has for one record. */
  readonly recordTimeoutMs?: number;
  /** The time that its modules have to be evaluated. */
  readonly startTimeoutMs?: number;
  /** What the thread may hold in objects, in MB. */
  readonly heapLimitMb?: number;
}

/** A transform that is ready to take records. */
export interface OpenTransform {
  readonly step: RowStep;
  /** What it wrote to the console since the last call. */
  takeLines(): readonly string[];
}

const RECORD_TIMEOUT_MS = 1_000;
const START_TIMEOUT_MS = 5_000;

/** Ordinary globals, which are several times faster than those that stand for an object of ours. Node 20 has only the latter. */
const BARE_GLOBALS = constants.DONT_CONTEXTIFY ?? (Object.create(null) as object);

/**
 * Evaluates the code of a transform in a context of its own, with the language and nothing else: no Node, no network, no
 * timers. That keeps honest code honest; it does not hold hostile code, which runs only where the workspace is trusted.
 * Throws PipelineHalt when there is no function in it that could be called.
 */
export function openTransform(plan: TransformPlan): OpenTransform {
  const {
    code,
    recordTimeoutMs = RECORD_TIMEOUT_MS,
    startTimeoutMs = START_TIMEOUT_MS,
    heapLimitMb = HEAP_LIMIT_MB,
  } = plan;
  const context = createContext(BARE_GLOBALS, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  const program = openProgram(plan, context);
  const runner = new Script('__runTransform()', { filename: 'lakehouse:transform' });
  /** False when the time was up. */
  const run = (timeout: number): boolean => {
    try {
      runner.runInContext(context, { timeout });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw error;
    }
  };
  program.start(code.file);
  const isDone = run(startTimeoutMs);
  const fault = program.fault();
  if (!isDone) throw unusable(code, `It took longer than ${startTimeoutMs / 1000} s to load.`);
  if (fault !== undefined) throw unusable(code, `${describeFault(code, fault)}.`);
  return {
    step: records => {
      const overdue = runAll(program, records, () => run(recordTimeoutMs));
      if (isHeapFull(heapLimitMb)) throw outOfMemory(plan);
      if (program.hasPromised())
        throw unusable(code, 'Its function returned a promise: it must not be async.');
      const results = program.results();
      for (const [index, record] of records.entries()) {
        const result = results[index];
        if (overdue.has(index))
          record.reason = `${code.file} took longer than ${recordTimeoutMs / 1000} s for it`;
        else if (Array.isArray(result)) record.rows = result as readonly RecordObject[];
        else record.reason = `${code.file}: ${describeFault(code, result as ContextFault)}`;
      }
    },
    takeLines: () => [...program.takeLines()],
  };
}

/**
 * Takes records through the function, as many in one go as fit into the time for one record. When the time is up, the record
 * that was being worked on gets all of it for itself once more: the others may have used it up. Answers those that had not
 * even then come to an end.
 */
function runAll(
  program: ContextProgram,
  records: readonly RecordRows[],
  run: () => boolean,
): ReadonlySet<number> {
  const overdue = new Set<number>();
  let next = 0;
  let isAlone = false;
  while (next < records.length && !program.hasPromised()) {
    program.give(records, next, isAlone ? next + 1 : records.length);
    const isDone = run();
    const stoodAt = program.position();
    if (!isDone && isAlone) {
      overdue.add(next);
      isAlone = false;
      next += 1;
    } else {
      isAlone = !isDone;
      next = stoodAt;
    }
  }
  return overdue;
}

/** The three parts of the program are evaluated in the context by their text, and then hold nothing of ours but the hosts. */
function openProgram({ code, pipeline }: TransformPlan, context: object): ContextProgram {
  const evaluate = <T>(part: T): T => runInContext(`'use strict'; (${String(part)})`, context) as T;
  const values = evaluate(createContextValues)(VALUE_HOST);
  const contextOf = evaluate(createRecordContexts)({ pipeline, ...RECORD_HOST });
  const program = evaluate(createContextProgram)({ values, contextOf });
  for (const module of code.modules) {
    const { file, kind, text } = module;
    program.define(
      module,
      kind === 'json'
        ? text
        : (new Script(asFunction(module), { filename: file }).runInContext(context) as ModuleBody),
    );
  }
  return program;
}

const VALUE_HOST: ValueHost = {
  exactNumber: ExactNumber.prototype,
  exact: source => new ExactNumber(source),
  bytes: bytes => new Uint8Array(bytes),
  date: milliseconds => new Date(milliseconds),
};

const utf8 = new TextDecoder();
const RECORD_HOST: Omit<RecordContextHost, 'pipeline'> = {
  text: bytes => utf8.decode(bytes),
  headers: packed =>
    readHeaders(packed).flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, utf8.decode(value)] as const],
    ),
};

/** The transform needs more memory than it may have. */
export function outOfMemory({ code, heapLimitMb = HEAP_LIMIT_MB }: TransformPlan): PipelineHalt {
  return new PipelineHalt(
    'transform-memory',
    `The transform ${code.file} needed more than ${heapLimitMb} MB of memory.`,
    'Keep less between records, or return fewer rows at once. Nothing of the unfinished commit was written.',
  );
}

function unusable(code: TransformCode, what: string): PipelineHalt {
  return new PipelineHalt(
    'transform-unusable',
    `The transform ${code.file} cannot be used. ${what}`,
    'Correct the file; `lakehouse etl try` runs it over some records without writing anything.',
  );
}
