/** Reads the value that starts at a byte and answers where it ends. */
export type ReadField = (data: Uint8Array, at: number) => number;

/** Bytes of JSON. */
export const QUOTE = 34;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const ZERO = 48;
export const NINE = 57;
export const OPEN = 91;
export const BACKSLASH = 92;
export const CLOSE = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** The first letter of null. */
export const NULL_START = 110;

/**
 * Walks over rows as Trino writes them, a JSON array of arrays without white space, one reader per column. Answers the
 * number of rows. Throws a SyntaxError for anything else.
 */
export function readJsonRows(data: Uint8Array, fields: readonly ReadField[], afterRow: () => void): number {
  let at = 1;
  let rows = 0;
  if (data[0] !== OPEN) throw notRows(0);
  while (data[at] === OPEN) {
    at++;
    for (let c = 0; c < fields.length; c++) {
      if (c > 0 && data[at++] !== COMMA) throw notRows(at);
      at = fields[c]?.(data, at) ?? at;
    }
    if (data[at++] !== CLOSE) throw notRows(at);
    afterRow();
    rows++;
    if (data[at] === COMMA) at++;
  }
  if (at !== data.length - 1 || data[at] !== CLOSE) throw notRows(at);
  return rows;
}

/** Where a JSON value ends, whatever it is. */
export function endOfValue(data: Uint8Array, start: number): number {
  let depth = 0;
  let isInText = false;
  for (let at = start; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
      continue;
    }
    if (byte === QUOTE) isInText = true;
    else if (byte === OPEN || byte === OPEN_OBJECT) depth++;
    else if (byte === COMMA && depth === 0) return at;
    else if ((byte === CLOSE || byte === CLOSE_OBJECT) && depth-- === 0) return at;
  }
  throw notRows(start);
}

/** The text of a part of the JSON. */
export function jsonText(data: Uint8Array, start: number, end: number): string {
  return Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('utf8');
}

function notRows(at: number): SyntaxError {
  return new SyntaxError(`Trino's rows cannot be read at byte ${at}: they are not a JSON array of arrays.`);
}
