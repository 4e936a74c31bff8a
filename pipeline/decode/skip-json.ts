/** Finding where a piece of JSON ends without reading it. A number below 0 means: not decided here. */

const QUOTE = 34;
const BACKSLASH = 92;

/** The position of the first byte at or after `start` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, start: number): number {
  let position = start;
  for (;;) {
    const byte = bytes[position];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return position;
    position += 1;
  }
}

/** The position behind the string that begins with the quote at `start`; -1 where it has an escape, a control character or no end. */
export function skipString(bytes: Uint8Array, start: number, end: number): number {
  for (let position = start + 1; position < end; position++) {
    const byte = bytes[position] ?? 0;
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH || byte < 32) return -1;
  }
  return -1;
}

/**
 * The position behind the value at `start`. What lies between brackets is judged by JSON.parse, everything else while it is
 * passed over.
 */
export function skipValue(bytes: Uint8Array, start: number, end: number): number {
  const byte = bytes[start];
  if (byte === QUOTE) return skipString(bytes, start, end);
  if (byte === 123 || byte === 91) return skipContainer(bytes, start, end);
  if (byte === 116) return skipWord(bytes, start, TRUE);
  if (byte === 102) return skipWord(bytes, start, FALSE);
  return byte === 110 ? skipWord(bytes, start, NULL) : skipNumber(bytes, start);
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

function skipWord(bytes: Uint8Array, start: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return -1;
  return start + word.length;
}

/** The position behind the number at `start`; -1 where there is none. */
export function skipNumber(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === 45 ? start + 1 : start;
  let position = skipDigits(bytes, first);
  if (position === first || (position > first + 1 && bytes[first] === 48)) return -1;
  if (bytes[position] === 46) {
    const fraction = position + 1;
    position = skipDigits(bytes, fraction);
    if (position === fraction) return -1;
  }
  if (bytes[position] === 101 || bytes[position] === 69) {
    const sign = bytes[position + 1];
    const exponent = sign === 43 || sign === 45 ? position + 2 : position + 1;
    position = skipDigits(bytes, exponent);
    if (position === exponent) return -1;
  }
  return position;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let position = start;
  for (let byte = bytes[position] ?? 0; byte >= 48 && byte <= 57; byte = bytes[position] ?? 0) position += 1;
  return position;
}

function skipContainer(bytes: Uint8Array, start: number, end: number): number {
  const close = skipBrackets(bytes, start, end);
  if (close < 0) return -1;
  try {
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, close - start).toString('utf8'));
    return close;
  } catch {
    return -1;
  }
}

function skipBrackets(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let position = start; position < end; position++) {
    const byte = bytes[position];
    if (byte === QUOTE) {
      position = skipStringWithEscapes(bytes, position, end) - 1;
      if (position < 0) return -1;
    } else if (byte === 123 || byte === 91) depth += 1;
    else if ((byte === 125 || byte === 93) && --depth === 0) return position + 1;
  }
  return -1;
}

function skipStringWithEscapes(bytes: Uint8Array, start: number, end: number): number {
  for (let position = start + 1; position < end; position++) {
    const byte = bytes[position];
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH) position += 1;
  }
  return -1;
}
