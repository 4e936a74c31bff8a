import type { ColumnBuilder } from './column-builder.ts';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  DOT,
  endOfValue,
  jsonText,
  MINUS,
  NINE,
  NULL_START,
  QUOTE,
  type ReadField,
  ZERO,
} from './json-rows.ts';
import { jsonReader } from './stored-value.ts';
import { storageOf, type TrinoType } from './trino-type.ts';

/**
 * A reader that puts the values of a column, given as JSON, into its builder. Digits become numbers and texts are copied
 * without any value in between, as far as that is exact; everything else is read by its type.
 */
export function fieldReader(type: TrinoType, builder: ColumnBuilder): ReadField {
  const read = jsonReader(type);
  const slowly: ReadField = (data, at) => {
    const end = endOfValue(data, at);
    builder.append(read(jsonText(data, at, end)));
    return end;
  };
  const quickly = quickReader(type, builder);
  if (quickly === undefined) return slowly;
  return (data, at) => {
    if (data[at] === NULL_START) {
      builder.append(null);
      return at + 4;
    }
    const end = quickly(data, at);
    return end < 0 ? slowly(data, at) : end;
  };
}

/** Answers -1, with nothing appended, for a value that it cannot take exactly. */
function quickReader(type: TrinoType, builder: ColumnBuilder): ReadField | undefined {
  const { append, appendBytes } = builder;
  switch (storageOf(type)) {
    case 'int32':
      return numberReader(false, append);
    case 'int64':
      return numberReader(false, value => {
        append(BigInt(value));
      });
    case 'float32':
    case 'float64':
      return numberReader(true, append);
    case 'text':
      return appendBytes === undefined ? undefined : textReader(appendBytes);
    case 'bool':
    case 'binary':
      return undefined;
  }
}

/** Integers of so many digits are exact as numbers. */
const EXACT_DIGITS = 15;
/** Powers of ten that are exact as numbers: a quotient of two exact numbers is the nearest one to the true value. */
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

function numberReader(hasFraction: boolean, append: (value: number) => void): ReadField {
  return (data, start) => {
    const isNegative = data[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    let dot = -1;
    for (; ; at++) {
      const byte = data[at] ?? 0;
      if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO);
      else if (byte === DOT && hasFraction && dot < 0) dot = at;
      else if (byte === COMMA || byte === CLOSE) break;
      else return -1;
    }
    if (at === first || at - first > EXACT_DIGITS) return -1;
    const size = dot < 0 ? value : value / (POWERS[at - dot - 1] ?? NaN);
    append(isNegative ? -size : size);
    return at;
  };
}

function textReader(appendBytes: (data: Uint8Array, start: number, end: number) => void): ReadField {
  return (data, at) => {
    if (data[at] !== QUOTE) return -1;
    let end = at + 1;
    for (; ; end++) {
      const byte = data[end];
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte === undefined) return -1;
    }
    appendBytes(data, at + 1, end);
    return end + 1;
  };
}
