/** A JSON number that a double may not hold exactly, as it stands in the text. */
export class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** A number that was a decimal where it came from, however few digits it has. */
export class ExactDecimal extends ExactNumber {}

/** A JSON value whose long numbers keep every digit. Integers beyond those of a double, and bytes, come only from binary formats; dates from code. */
export type RecordValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | ExactNumber
  | readonly RecordValue[]
  | RecordObject;

/** What becomes a row, or a struct in one. */
export interface RecordObject {
  readonly [key: string]: RecordValue;
}

/** True for an object, as opposed to an array, bytes, a number kept as text, or a primitive. */
export function isObject(value: RecordValue): value is RecordObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}

/**
 * Parses one JSON text. A number of up to 15 digits without an exponent is a double, which holds it exactly; any other
 * number is an {@link ExactNumber}. Throws a SyntaxError for what is not JSON.
 */
export function parseRecord(text: string): RecordValue {
  // The reviver is called for every value and makes parsing several times slower: only texts that may need it pay.
  return MAY_BE_INEXACT.test(text) ? parseExactly(text, keepSource) : parsePlain(text);
}

const MAY_BE_INEXACT = /\d[\d.]{15}|\d[eE]/;
const UP_TO_15_DIGITS = /^-?(?=[\d.]{1,16}$)(?:\d{1,15}|\d+\.\d+)$/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

// The standard library's declarations do not know the reviver's third argument yet.
const parseExactly = JSON.parse as (text: string, reviver: Reviver) => RecordValue;
const parsePlain = JSON.parse as (text: string) => RecordValue;

function keepSource(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return UP_TO_15_DIGITS.test(context.source) ? value : new ExactNumber(context.source);
}
