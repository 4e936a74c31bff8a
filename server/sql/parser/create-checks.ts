import { endHere, failValue } from './cursor.ts';
import type { Parser } from './state.ts';

/** Reports OR REPLACE together with IF NOT EXISTS. */
export function checkReplace(p: Parser, start: number, isBoth: boolean): void {
  if (isBoth) failValue(p, { start, end: endHere(p) }, 'OR REPLACE and IF NOT EXISTS exclude each other.');
}
