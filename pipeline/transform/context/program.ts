import type { RawRecord } from '../../rows/raw-record.ts';
import type { TransformModule } from '../transform-code.ts';
import type { ContextFault, ContextValues } from './values.ts';

/** A record as it is handed in. */
export interface ContextItem {
  readonly record: RawRecord;
  readonly rows: readonly object[];
}

/** What one record became inside the context: rows, or why there are none. */
export type ContextResult = readonly object[] | ContextFault;

export type ModuleBody = (
  exports: object,
  require: (specifier: string) => unknown,
  module: { exports: unknown },
) => void;

/** The part of a transform that lives inside its context. */
export interface ContextProgram {
  /** A text is the body of a JSON module. */
  define(module: Pick<TransformModule, 'file' | 'imports'>, body: ModuleBody | string): void;
  /** What {@link ContextProgram.run} is to do: evaluate the file and look for its function, */
  start(file: string): void;
  /** or take these records through the function, from one of them to before another. */
  give(items: readonly ContextItem[], from: number, to: number): void;
  /** Does it. Called from a script, so that it can be given a time limit. */
  run(): void;
  /** What was wrong with the module; undefined when it is as it should be. */
  fault(): ContextFault | undefined;
  /** The record that was being worked on. */
  position(): number;
  results(): readonly ContextResult[];
  /** Whether the function answered with a promise. */
  hasPromised(): boolean;
  /** What was written to the console since the last call. */
  takeLines(): readonly string[];
}

/** The other parts, made inside the same context. */
export interface ContextParts {
  readonly values: ContextValues;
  readonly contextOf: (record: RawRecord) => object;
}

/** Evaluated inside the context by its text, so it names nothing that stands outside of it. */
export function createContextProgram(parts: ContextParts): ContextProgram {
  const MAX_LINES = 100;
  const MAX_LINE_LENGTH = 500;
  const { enter, leaveRow, print, describe } = parts.values;
  const modules = new Map<string, () => unknown>();
  let lines: string[] = [];
  let job = (): void => {};
  let transform: ((record: unknown, context: object) => unknown) | undefined;
  let fault: ContextFault | undefined;
  let items: readonly ContextItem[] = [];
  let results: ContextResult[] = [];
  let position = 0;
  let end = 0;
  let hasPromised = false;

  const noRecord = (value: unknown): ContextFault => ({
    fault: `It returned ${print(value).slice(0, 60)} instead of a record, an array of records or undefined`,
    stack: '',
  });
  const isRecord = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

  /** Adds what the function answered for one row to the rows of its record. Answers what is wrong with it. */
  const take = (made: object[], answer: unknown): ContextFault | undefined => {
    if (answer === undefined || answer === null) return undefined;
    if (Array.isArray(answer)) {
      for (const row of answer as unknown[]) {
        if (!isRecord(row)) return noRecord(row);
        made.push(leaveRow(row));
      }
      return undefined;
    }
    if (!isRecord(answer)) return noRecord(answer);
    if (typeof (answer as { readonly then?: unknown }).then === 'function') {
      hasPromised = true;
      // What becomes of the promise is nobody's business any more.
      if (answer instanceof Promise) answer.catch(() => {});
      return { fault: 'It returned a promise', stack: '' };
    }
    made.push(leaveRow(answer));
    return undefined;
  };
  const callOne = ({ record, rows }: ContextItem): ContextResult => {
    const made: object[] = [];
    try {
      const context = parts.contextOf(record);
      for (const row of rows) {
        const wrong = take(made, transform?.(enter(row), context));
        if (wrong !== undefined) return wrong;
      }
      return made;
    } catch (error) {
      return describe(error);
    }
  };
  const callAll = (): void => {
    for (; position < end && !hasPromised; position++) {
      const item = items[position];
      if (item !== undefined) results[position] = callOne(item);
    }
  };

  const findTransform = (file: string): ContextFault | undefined => {
    const wrong = (text: string): ContextFault => ({ fault: text, stack: '' });
    const exported = modules.get(file)?.() as Record<string, unknown>;
    const [name, second] = ['default', 'transform'].filter(candidate => exported[candidate] !== undefined);
    if (name === undefined)
      return wrong('It exports no function: write `export const transform: Transform = …`');
    if (second !== undefined && exported[name] !== exported[second])
      return wrong('It has both a default export and one named transform: keep one');
    const found = exported[name];
    const text = name === 'default' ? 'export default' : `export ${name}`;
    if (typeof found !== 'function')
      return wrong(`Its \`${text}\` is no function, but ${print(found).slice(0, 60)}`);
    const kind = Object.prototype.toString.call(found);
    if (kind !== '[object Function]')
      return wrong(
        `Its function must not be ${kind.includes('Async') ? 'async' : 'a generator'}: it must return records, at once`,
      );
    transform = found as typeof transform;
    return undefined;
  };

  const define: ContextProgram['define'] = ({ file, imports }, body) => {
    let module: { exports: unknown } | undefined;
    const require = (specifier: string): unknown => {
      const found = imports.get(specifier);
      if (found !== undefined && 'file' in found) return modules.get(found.file)?.();
      throw new Error(found?.fault ?? `Use import instead of require(${print(specifier)}).`);
    };
    modules.set(file, () => {
      if (module !== undefined) return module.exports;
      module = { exports: {} };
      if (typeof body === 'string')
        module.exports = { __esModule: true, default: JSON.parse(body) as unknown };
      else body.call(undefined, module.exports as object, require, module);
      return module.exports;
    });
  };

  const say = (...said: readonly unknown[]): void => {
    if (lines.length < MAX_LINES) lines.push(said.map(print).join(' ').slice(0, MAX_LINE_LENGTH));
  };
  const surroundings = globalThis as unknown as Record<string, unknown>;
  surroundings['console'] = { log: say, info: say, debug: say, warn: say, error: say, trace: say };
  // What could wait for ever, or make code of bytes.
  for (const name of ['Atomics', 'SharedArrayBuffer', 'WebAssembly']) delete surroundings[name];

  const run = (): void => job();
  Object.defineProperty(globalThis, '__runTransform', { value: run });
  return {
    define,
    start: file => {
      fault = undefined;
      job = () => {
        try {
          fault = findTransform(file);
        } catch (error) {
          fault = describe(error);
        }
      };
    },
    give: (given, first, last) => {
      items = given;
      position = first;
      end = last;
      if (first === 0) results = [];
      job = callAll;
    },
    run,
    fault: () => fault,
    position: () => position,
    results: () => results,
    hasPromised: () => hasPromised,
    takeLines: () => {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}
