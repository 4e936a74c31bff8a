/** What was wrong with the code of a transform, with the stack of what was thrown as text. */
export interface ContextFault {
  readonly fault: string;
  readonly stack: string;
}

/** What copying values needs from outside. Nothing of it is ever given to the user's code. */
export interface ValueHost {
  /** The prototype of numbers that were kept as text. */
  readonly exactNumber: object;
  /** Makes such a number of its text; integers of any length are some. */
  readonly exact: (source: string) => object;
  readonly bytes: (bytes: Uint8Array) => Uint8Array;
  readonly date: (milliseconds: number) => Date;
}

/** Values on their way into a context and out of it. */
export interface ContextValues {
  /** A value of a record as the user's code gets it. */
  readonly enter: (value: unknown) => unknown;
  /** A row that the user's code has made, as plain data. Throws for what is none. */
  readonly leaveRow: (row: object) => object;
  /** A value as text, for people. Never throws. */
  readonly print: (value: unknown) => string;
  /** What was thrown. Never throws. */
  readonly describe: (error: unknown) => ContextFault;
}

/**
 * Evaluated inside the context by its text, so it names nothing that stands outside of it. Values are copied both ways: the
 * user's code holds no object of ours, and we hold none with getters of the user's.
 */
export function createContextValues(host: ValueHost): ContextValues {
  const MAX_DEPTH = 100;
  const { getPrototypeOf, prototype: objectPrototype } = Object;
  const typedArray = getPrototypeOf(Uint8Array) as new () => ArrayLike<unknown>;

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
  const digitsOf = (text: string): string =>
    text
      .replace(/[eE].*$/, '')
      .replace(/\D/g, '')
      .replace(/^0+/, '');
  const exactValue = (source: string): number | bigint | ExactDecimal => {
    const number = Number(source);
    if (/^-?\d+$/.test(source)) return Number.isSafeInteger(number) ? number : BigInt(source);
    const digits = digitsOf(source);
    // What programs print of a double comes back as that double.
    const isDouble = digits.length <= 17 && digitsOf(number.toPrecision(digits.length || 1)) === digits;
    return isDouble ? number : new ExactDecimal(source);
  };

  /** An exact number, or a decimal, which is a kind of one. */
  const isExact = (value: object): boolean => {
    const prototype = getPrototypeOf(value) as object | null;
    return (
      prototype !== null && (prototype === host.exactNumber || getPrototypeOf(prototype) === host.exactNumber)
    );
  };
  const enter = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return Array.from(value as unknown[], enter);
    if (isExact(value)) return exactValue((value as { source: string }).source);
    if (ArrayBuffer.isView(value)) return new Uint8Array(value as Uint8Array);
    const copy = { ...value } as Record<string, unknown>;
    for (const name in copy) {
      const member = copy[name];
      if (typeof member === 'object' && member !== null) copy[name] = enter(member);
    }
    return copy;
  };

  const leave = (value: unknown, depth: number): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`a ${typeof value}`);
    if (typeof value === 'bigint') return host.exact(String(value));
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw new TypeError(`something nested more than ${MAX_DEPTH} deep, e.g. a cycle`);
    if (Array.isArray(value)) return Array.from(value as unknown[], item => leave(item, depth + 1));
    return getPrototypeOf(value) === objectPrototype
      ? leaveObject(value, depth)
      : leaveInstance(value, depth);
  };
  const leaveInstance = (value: object, depth: number): unknown => {
    if (value instanceof ExactDecimal) return host.exact(String(value));
    if (value instanceof Date) return host.date(+value);
    if (value instanceof Uint8Array) return host.bytes(value);
    if (value instanceof ArrayBuffer) return host.bytes(new Uint8Array(value));
    if (value instanceof typedArray || value instanceof Set)
      return Array.from(value as Iterable<unknown>, item => leave(item, depth + 1));
    if (value instanceof Map)
      return leaveObject(
        Object.fromEntries([...(value as Map<unknown, unknown>)].map(([key, item]) => [keyOf(key), item])),
        depth,
      );
    return leaveObject(value, depth);
  };
  const keyOf = (key: unknown): string => (key instanceof Date ? key.toISOString() : String(key));
  const leaveObject = (value: object, depth: number): object => {
    const copy = { ...value } as Record<string, unknown>;
    for (const name in copy) {
      const member = copy[name];
      const type = typeof member;
      if (type === 'string' || type === 'number' || type === 'boolean' || member === null) continue;
      if (member === undefined) delete copy[name];
      else copy[name] = depth === 0 ? leaveMember(name, member) : leave(member, depth + 1);
    }
    return copy;
  };
  const leaveMember = (name: string, member: unknown): unknown => {
    try {
      return leave(member, 1);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`The member ${JSON.stringify(name)} is ${error.message}.`);
    }
  };

  const print = (value: unknown): string => {
    try {
      if (typeof value === 'string') return value;
      if (typeof value !== 'object' || value === null || value instanceof Error) return String(value);
      const asText = (_: string, item: unknown): unknown => (typeof item === 'bigint' ? String(item) : item);
      return JSON.stringify(value, asText);
    } catch {
      return 'something that cannot be shown';
    }
  };
  return {
    enter,
    leaveRow: row => leaveObject(row, 0),
    print,
    describe: error => {
      try {
        if (error instanceof Error) return { fault: String(error), stack: String(error.stack) };
        return { fault: `It threw ${print(error)}`, stack: '' };
      } catch {
        return { fault: 'It threw something that cannot be shown', stack: '' };
      }
    },
  };
}
