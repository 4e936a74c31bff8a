import { type Column, KIND, SCAN_CAST, SCAN_TREE } from './column.ts';
import { scanCast } from './scan-cast.ts';
import {
  parseAndAppend,
  scanBoolean,
  scanDate,
  scanNull,
  scanNumber,
  scanString,
  scanTimestamp,
} from './scan-primitives.ts';
import { scanTree } from './scan-tree.ts';

const QUOTE = 34;

/** Reads one value into its column and answers the position behind it, or -1 to give up. */
export function scanValue(
  column: Column,
  row: number,
  bytes: Uint8Array,
  position: number,
  end: number,
): number {
  const byte = bytes[position];
  // No type's JSON form begins with n but null.
  if (byte === 110) return scanNull(column, row, bytes, position);
  switch (column.scan) {
    case KIND.double:
    case KIND.float:
    case KIND.long:
    case KIND.int:
    case KIND.decimal:
      return scanNumber(column, row, bytes, position);
    case KIND.string:
      return byte === QUOTE ? scanString(column, row, bytes, position + 1, end) : -1;
    case KIND.timestamp:
    case KIND.timestamptz:
      return byte === QUOTE ? scanTimestamp(column, row, bytes, position + 1, end) : -1;
    case KIND.date:
      return byte === QUOTE ? scanDate(column, row, bytes, position + 1) : -1;
    case KIND.boolean:
      return scanBoolean(column, row, bytes, position);
    case SCAN_CAST:
      return scanCast(column, row, bytes, position, end);
    case SCAN_TREE:
      return scanTree(column, row, { bytes, position, end }, scanValue);
    default:
      return byte === undefined ? -1 : parseAndAppend(column, row, bytes, position, end);
  }
}
