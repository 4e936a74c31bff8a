import { type Column, type PathNode, writeMissing } from './column.ts';
import { skipSpace, skipString, skipValue } from './skip-json.ts';

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;

/** Where a value stands in the bytes of a record. */
interface Place {
  readonly bytes: Uint8Array;
  readonly position: number;
  readonly end: number;
}

/** Reads a value into its column and answers the position behind it, or -1 to give up. */
type ScanValue = (column: Column, row: number, bytes: Uint8Array, position: number, end: number) => number;

/** Reads the value of a member that fills several columns, or columns from deeper inside. */
export function scanTree(column: Column, row: number, place: Place, scan: ScanValue): number {
  const { tree } = column;
  if (tree === undefined) return -1;
  const { bytes, position, end } = place;
  let close = -1;
  for (const whole of tree.wholes) {
    close = scan(whole, row, bytes, position, end);
    if (close < 0) return -1;
  }
  if (tree.inner.length === 0) return tree.wholes.length === 0 ? skipValue(bytes, position, end) : close;
  if (bytes[position] === OPEN_BRACE && tree.indexes.length === 0) return scanMembers(tree, row, place, scan);
  if (bytes[position] === OPEN_BRACKET && tree.names.length === 0)
    return scanElements(tree, row, place, scan);
  return -1;
}

function scanMembers(node: PathNode, row: number, { bytes, position, end }: Place, scan: ScanValue): number {
  const { inner, seen } = node;
  const visit = ++node.visits;
  let at = skipSpace(bytes, position + 1);
  let found = 0;
  let expected = 0;
  while (bytes[at] === QUOTE) {
    const close = skipString(bytes, at, end);
    if (close < 0) return -1;
    const index = findName(node.names, bytes, [at + 1, close - 1], expected);
    at = skipSpace(bytes, close);
    if (bytes[at] !== COLON) return -1;
    at = skipSpace(bytes, at + 1);
    const target = inner[index];
    if (target === undefined) at = skipValue(bytes, at, end);
    else {
      if (seen[index] === visit) return -1;
      seen[index] = visit;
      found += 1;
      expected = index + 1;
      at = scan(target, row, bytes, at, end);
    }
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACE) break;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
    if (bytes[at] !== QUOTE) return -1;
  }
  if (bytes[at] !== CLOSE_BRACE || at >= end) return -1;
  return found === inner.length || writeUnseen(node, row) ? at + 1 : -1;
}

function scanElements(node: PathNode, row: number, { bytes, position, end }: Place, scan: ScanValue): number {
  const { inner, indexes, seen } = node;
  const visit = ++node.visits;
  let at = skipSpace(bytes, position + 1);
  for (let element = 0; bytes[at] !== CLOSE_BRACKET || element > 0; element++) {
    const index = indexes.indexOf(element);
    const target = inner[index];
    if (target === undefined) at = skipValue(bytes, at, end);
    else {
      seen[index] = visit;
      at = scan(target, row, bytes, at, end);
    }
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACKET) break;
    if (bytes[at] !== COMMA) return -1;
    at = skipSpace(bytes, at + 1);
  }
  return at < end && writeUnseen(node, row) ? at + 1 : -1;
}

function writeUnseen({ inner, seen, visits }: PathNode, row: number): boolean {
  for (let i = 0; i < inner.length; i++) {
    const column = inner[i];
    if (column !== undefined && seen[i] !== visits && !writeMissing(column, row)) return false;
  }
  return true;
}

/** Members mostly come in the same order, so the one behind the last is looked at first. */
function findName(
  names: readonly Uint8Array[],
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  expected: number,
): number {
  if (isName(names[expected], bytes, start, end)) return expected;
  for (let i = 0; i < names.length; i++) if (isName(names[i], bytes, start, end)) return i;
  return -1;
}

function isName(name: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (name?.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
