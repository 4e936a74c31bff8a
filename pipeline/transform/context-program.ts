import type { RawRecord } from '../rows/raw-record.ts';

/** What one record became inside the context: rows, or why there are none. */
export type ContextResult = readonly object[] | ContextFault;

export interface ContextFault {
  readonly fault: string;
  /** The stack of what was thrown, as text. */
  readonly stack: string;
}

/** A record as it is handed in. */
export interface ContextItem {
  readonly record: RawRecord;
  readonly rows: readonly object[];
}

/** What the program needs from outside. Nothing of it is ever given to the user's code. */
export interface ContextHost {
  readonly pipeline: string;
  /** The prototype of numbers that were kept as text. */
  readonly exactNumber: object;
  /** Makes such a number of its text. */
  readonly exact: (source: string) => object;
  /** UTF-8, whatever is wrong in it replaced. Must not throw. */
  readonly text: (bytes: Uint8Array) => string;
}

type ModuleBody = (
  exports: object,
  require: (specifier: string) => unknown,
  module: { exports: unknown },
) => void;

/** The part of a transform that lives inside its context. */
export interface ContextProgram {
  /** `imports` says which file each import is, or why it is none. */
  define(
    file: string,
    body: ModuleBody | string,
    imports: ReadonlyMap<string, { readonly file: string } | { readonly fault: string }>,
  ): void;
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
  /** The record for which the function answered with a promise. */
  promisedAt(): number | undefined;
  /** What was written to the console since the last call. */
  takeLines(): readonly string[];
}

/**
 * Makes the program. Its text is evaluated inside the context, where nothing of ours and nothing of Node exists: it names
 * nothing that stands outside of it. Values are copied on the way in and out, so that the user's code holds no object of
 * ours and we hold none with getters of the user's.
 */
export function createContextProgram(host: ContextHost): ContextProgram {
  'use strict';
  const MAX_DEPTH = 100;
  const MAX_LINES = 100;
  const MAX_LINE_LENGTH = 500;
  const { getPrototypeOf, prototype: objectPrototype } = Object;
  const { isArray, from } = Array;
  const { isView } = ArrayBuffer;
  const typedArray = getPrototypeOf(Uint8Array) as new () => ArrayLike<unknown>;
  const then = Promise.prototype.then;
  const noThen = (): void => {};
  const modules = new Map<string, () => unknown>();
  let lines: string[] = [];
  let job: () => void = noThen;
  let transform: ((record: unknown, context: unknown) => unknown) | undefined;
  let fault: ContextFault | undefined;
  let items: readonly ContextItem[] = [];
  let results: ContextResult[] = [];
  let position = 0;
  let end = 0;
  let promisedAt: number | undefined;

  class RecordContext {
    readonly #record: RawRecord;
    constructor(record: RawRecord) {
      this.#record = record;
    }
    get pipeline(): string {
      return host.pipeline;
    }
    get topic(): string {
      return this.#record.topic;
    }
    get partition(): number {
      return this.#record.partition;
    }
    get offset(): bigint {
      return this.#record.offset;
    }
    get timestamp(): Date {
      return new Date(this.#record.timestamp);
    }
    get key(): string | undefined {
      const { key } = this.#record;
      return key === undefined ? undefined : host.text(key);
    }
    get keyBytes(): Uint8Array | undefined {
      const { key } = this.#record;
      return key === undefined ? undefined : new Uint8Array(key);
    }
  }

  /** A number with more digits than a double holds: it counts as the nearest double, and passes through as it is. */
  class ExactDecimal {
    readonly #source: string;
    constructor(source: string) {
      this.#source = source;
    }
    toString(): string {
      return this.#source;
    }
    toJSON(): string {
      return this.#source;
    }
    valueOf(): number {
      return Number(this.#source);
    }
  }
  const exactValue = (source: string): number | bigint | ExactDecimal => {
    const number = Number(source);
    if (/^-?\d+$/.test(source)) return Number.isSafeInteger(number) ? number : BigInt(source);
    const digits = digitsOf(source);
    // What programs print of a double comes back as that double.
    const isDouble = digits.length <= 17 && digitsOf(number.toPrecision(digits.length || 1)) === digits;
    return isDouble ? number : new ExactDecimal(source);
  };
  const digitsOf = (text: string): string =>
    text
      .replace(/[eE].*$/, '')
      .replace(/\D/g, '')
      .replace(/^0+/, '');

  const enter = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isArray(value)) return from(value as unknown[], enter);
    if (getPrototypeOf(value) === host.exactNumber) return exactValue((value as { source: string }).source);
    if (isView(value)) return new Uint8Array(value as Uint8Array);
    const copy = { ...value } as Record<string, unknown>;
    for (const name in copy) {
      const member = copy[name];
      if (typeof member === 'object' && member !== null) copy[name] = enter(member);
    }
    return copy;
  };

  const leave = (value: unknown, depth: number): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`a ${typeof value}`);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw new TypeError(`something nested more than ${MAX_DEPTH} deep, e.g. a cycle`);
    if (isArray(value)) return from(value as unknown[], item => leave(item, depth + 1));
    const prototype: unknown = getPrototypeOf(value);
    if (prototype !== objectPrototype) {
      if (value instanceof ExactDecimal) return host.exact(String(value));
      if (value instanceof Date) return new Date(+value);
      if (value instanceof Uint8Array) return new Uint8Array(value);
      if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
      if (value instanceof typedArray || value instanceof Set)
        return from(value as Iterable<unknown>, item => leave(item, depth + 1));
      if (value instanceof Map)
        return leave(
          Object.fromEntries(from(value, ([key, item]: [unknown, unknown]) => [String(key), item])),
          depth,
        );
    }
    return leaveObject(value, depth);
  };
  const leaveObject = (value: object, depth: number): object => {
    const copy = { ...value } as Record<string, unknown>;
    for (const name in copy) {
      const member = copy[name];
      const type = typeof member;
      if (type === 'string' || type === 'number' || type === 'boolean' || member === null) continue;
      if (member === undefined) delete copy[name];
      else
        try {
          copy[name] = leave(member, depth + 1);
        } catch (error) {
          if (error instanceof TypeError && depth === 0)
            throw new TypeError(`The member ${JSON.stringify(name)} is ${error.message}.`);
          throw error;
        }
    }
    return copy;
  };

  const print = (value: unknown): string => {
    try {
      if (typeof value === 'string') return value;
      if (typeof value === 'object' && value !== null && !(value instanceof Error)) {
        const asText = (_: string, item: unknown): unknown =>
          typeof item === 'bigint' ? String(item) : item;
        return JSON.stringify(value, asText);
      }
      return String(value);
    } catch {
      return typeof value;
    }
  };
  const describe = (error: unknown): ContextFault => {
    try {
      if (error instanceof Error) return { fault: String(error), stack: String(error.stack) };
      return { fault: `It threw ${print(error)}`, stack: '' };
    } catch {
      return { fault: 'It threw something that cannot be shown', stack: '' };
    }
  };

  const noRecord = (value: unknown): ContextFault => ({
    fault: `It returned ${print(value).slice(0, 60)} instead of a record, an array of records or undefined`,
    stack: '',
  });
  const isRecord = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !isArray(value) && !(value instanceof Date);

  /** Adds what the function answered for one row to the rows of its record. */
  const take = (made: object[], answer: unknown): ContextFault | undefined => {
    if (answer === undefined || answer === null) return undefined;
    if (isArray(answer)) {
      for (const row of answer as unknown[]) {
        if (!isRecord(row)) return noRecord(row);
        made.push(leaveObject(row, 0));
      }
      return undefined;
    }
    if (!isRecord(answer)) return noRecord(answer);
    if (typeof (answer as { readonly then?: unknown }).then === 'function') {
      promisedAt = position;
      // What becomes of the promise is nobody's business any more.
      if (answer instanceof Promise) void then.call(answer, noThen, noThen);
      return { fault: 'It returned a promise', stack: '' };
    }
    made.push(leaveObject(answer, 0));
    return undefined;
  };
  const callOne = ({ record, rows }: ContextItem): ContextResult => {
    const made: object[] = [];
    try {
      const context = new RecordContext(record);
      for (const row of rows) {
        // Found at the start, before any record.
        const wrong = take(made, transform?.(enter(row), context));
        if (wrong !== undefined) return wrong;
      }
      return made;
    } catch (error) {
      return describe(error);
    }
  };

  const callAll = (): void => {
    for (; position < end && promisedAt === undefined; position++) {
      const item = items[position];
      if (item !== undefined) results[position] = callOne(item);
    }
  };

  const findTransform = (file: string): ContextFault | undefined => {
    const exported = modules.get(file)?.() as Record<string, unknown>;
    const names = ['default', 'transform'].filter(name => exported[name] !== undefined);
    const text = (name: string): string => (name === 'default' ? 'export default' : `export ${name}`);
    const [name] = names;
    if (name === undefined)
      return { fault: 'It exports no function: write `export const transform: Transform = …`', stack: '' };
    if (names.length > 1 && exported['default'] !== exported['transform'])
      return { fault: 'It has both a default export and one named transform: keep one', stack: '' };
    const found = exported[name];
    if (typeof found !== 'function')
      return { fault: `Its \`${text(name)}\` is no function, but ${print(found).slice(0, 60)}`, stack: '' };
    const kind = objectPrototype.toString.call(found);
    if (kind !== '[object Function]') {
      const what = kind.includes('Async') ? 'must not be async' : 'must not be a generator';
      return { fault: `Its function ${what}: it must return records, at once`, stack: '' };
    }
    transform = found as typeof transform;
    return undefined;
  };

  const say = (...values: readonly unknown[]): void => {
    if (lines.length < MAX_LINES) lines.push(values.map(print).join(' ').slice(0, MAX_LINE_LENGTH));
  };
  const surroundings = globalThis as unknown as Record<string, unknown>;
  surroundings['console'] = { log: say, info: say, debug: say, warn: say, error: say, trace: say };
  // What could wait for ever, or make code of bytes.
  for (const name of ['Atomics', 'SharedArrayBuffer', 'WebAssembly']) delete surroundings[name];

  const program: ContextProgram = {
    define: (file, body, imports) => {
      let module: { exports: unknown } | undefined;
      modules.set(file, () => {
        if (module !== undefined) return module.exports;
        module = { exports: {} };
        if (typeof body === 'string') {
          module.exports = { __esModule: true, default: JSON.parse(body) as unknown };
          return module.exports;
        }
        const require = (specifier: string): unknown => {
          const found = imports.get(specifier);
          if (found !== undefined && 'file' in found) return modules.get(found.file)?.();
          throw new Error(found?.fault ?? `Use import instead of require(${print(specifier)}).`);
        };
        body.call(undefined, module.exports as object, require, module);
        return module.exports;
      });
    },
    start: file => {
      fault = { fault: 'It did not come to an end', stack: '' };
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
    run: () => job(),
    fault: () => fault,
    position: () => position,
    results: () => results,
    promisedAt: () => promisedAt,
    takeLines: () => {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
  Object.defineProperty(globalThis, '__runTransform', { value: program.run });
  return program;
}
