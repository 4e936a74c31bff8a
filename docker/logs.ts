import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  watch,
} from 'node:fs';
import path from 'node:path';

/** A log is cut when it has grown to this size; one older piece is kept beside it as `<name>.1`. */
const MAX_LOG_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 256 * 1024;

/** Keeps logs bounded: copies a big one aside and cuts it. Servers append, so they simply go on in the emptied file. */
export function rotateLog(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_LOG_BYTES) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
}

/** The last lines of a log, the oldest first; none when there is no log. */
export function readLastLines(file: string, count: number): string[] {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const start = Math.max(0, size - TAIL_BYTES);
  const text = readPiece(file, start, size).toString('utf8');
  const lines = text.split('\n');
  // The first line of a cut piece is not whole, and what follows the last line break is no line yet.
  if (start > 0) lines.shift();
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-count);
}

/** The lines that a server has printed since its last start, the last ones of them, without the line that marks it. */
export function readLinesSinceStart(file: string, count: number): string[] {
  const lines = readLastLines(file, Number.POSITIVE_INFINITY);
  const start = lines.findLastIndex(line => /^--- \S+ \S+ starts$/.test(line));
  return lines.slice(start + 1).slice(-count);
}

/** Lines that are appended to a log from this call on, also after it was cut. Ends when aborted. */
export function followLog(file: string, signal: AbortSignal): AsyncGenerator<string> {
  return readAppended(file, statSync(file, { throwIfNoEntry: false })?.size ?? 0, signal);
}

async function* readAppended(file: string, start: number, signal: AbortSignal): AsyncGenerator<string> {
  let position = start;
  let rest = '';
  let wake: () => void = () => undefined;
  const watcher = watch(path.dirname(file), () => wake());
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      const changed = new Promise<void>(resolve => (wake = resolve));
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size < position) position = 0;
      if (size === position) {
        await changed;
        continue;
      }
      const lines = (rest + readPiece(file, position, size).toString('utf8')).split('\n');
      position = size;
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    watcher.close();
  }
}

function readPiece(file: string, start: number, end: number): Buffer {
  if (end <= start) return Buffer.alloc(0);
  const descriptor = openSync(file, 'r');
  try {
    const length = Math.min(end, fstatSync(descriptor).size) - start;
    const buffer = Buffer.alloc(Math.max(0, length));
    readSync(descriptor, buffer, 0, buffer.length, start);
    return buffer;
  } finally {
    closeSync(descriptor);
  }
}
