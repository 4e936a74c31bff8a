import type { Output } from './command.ts';

/** One line that is replaced as work goes on; on anything but a terminal a plain line from time to time. */
export interface StatusLine {
  show(text: string): void;
  /** A line that stays, above the status. */
  note(text: string): void;
  /** Removes the line, so that other output can follow. */
  clear(): void;
}

const REDRAW_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;

export function createStatusLine(output: Output, now: () => number = () => performance.now()): StatusLine {
  const isTerminal = output.isTTY === true;
  let shownAt = -Infinity;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) output.write('\r\u001b[K');
    isDrawn = false;
  };
  return {
    show: text => {
      if (now() - shownAt < (isTerminal ? REDRAW_MS : PLAIN_INTERVAL_MS)) return;
      shownAt = now();
      if (!isTerminal) {
        output.write(`${text}\n`);
        return;
      }
      output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
      isDrawn = true;
    },
    note: text => {
      clear();
      output.write(`${text}\n`);
    },
    clear,
  };
}
