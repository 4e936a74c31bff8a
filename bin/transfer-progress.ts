import { formatBytes } from '../docker/preflight.ts';
import type { Output } from './command.ts';

const REDRAW_INTERVAL_MS = 200;

/** Bytes of an export or import as one redrawn line of a terminal; a file or pipe gets nothing until the end. */
export interface TransferProgress {
  readonly show: (doneBytes: number, totalBytes: number) => void;
  /** Clears the line and answers how many bytes there were. */
  readonly end: () => number;
}

export function createTransferProgress(output: Output, verb: string): TransferProgress {
  let done = 0;
  let drawnAt = 0;
  return {
    show: (doneBytes, totalBytes) => {
      done = doneBytes;
      const now = performance.now();
      if (output.isTTY !== true || now - drawnAt < REDRAW_INTERVAL_MS) return;
      drawnAt = now;
      const total = totalBytes > 0 ? ` of about ${formatBytes(totalBytes)}` : '';
      output.write(`\r\x1b[K${formatBytes(doneBytes)}${total} ${verb}`);
    },
    end: () => {
      if (drawnAt > 0) output.write('\r\x1b[K');
      return done;
    },
  };
}
