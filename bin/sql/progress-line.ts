import type { QueryStatistics } from '../../catalog/trino/client.ts';
import type { Output } from '../command.ts';

/** One line about the running query that is drawn over itself; nothing at all where nobody looks. */
export interface ProgressLine {
  show(statistics: QueryStatistics): void;
  clear(): void;
}

export function createProgressLine(output: Output): ProgressLine {
  let isShown = false;
  const clear = (): void => {
    if (isShown) output.write(ERASE_LINE);
    isShown = false;
  };
  if (output.isTTY !== true) return { show: () => undefined, clear };
  return {
    show: statistics => {
      output.write(ERASE_LINE + progressText(statistics).slice(0, (output.columns ?? 80) - 1));
      isShown = true;
    },
    clear,
  };
}

/** `RUNNING  12/40 splits  1.2 M rows  30 MB  3.2 s`. */
export function progressText(statistics: QueryStatistics): string {
  const { state, completedSplits, totalSplits, processedRows, processedBytes, elapsedTimeMs } = statistics;
  const splits = totalSplits === 0 ? [] : [`${completedSplits}/${totalSplits} splits`];
  const seconds = `${(elapsedTimeMs / 1000).toFixed(1)} s`;
  return [
    state,
    ...splits,
    `${shortNumber(processedRows)} rows`,
    `${shortNumber(processedBytes)}B`,
    seconds,
  ].join('  ');
}

const ERASE_LINE = '\r\u001b[2K';

function shortNumber(value: number): string {
  for (const [factor, unit] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= factor) return `${(value / factor).toFixed(1)} ${unit}`;
  }
  return `${value} `.trimEnd() + (value === 0 ? '' : ' ');
}
