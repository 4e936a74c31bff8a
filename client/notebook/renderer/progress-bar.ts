import type { Progress } from '../messages.ts';
import { button, element } from './element.ts';
import { bytesText, countText, durationText } from './number-text.ts';

export interface ProgressBar {
  readonly element: HTMLElement;
  update(progress: Progress): void;
}

/** What Trino is doing for a statement: state, splits, rows, bytes, time, memory, and the way to Trino's own page. */
export function createProgressBar(actions: {
  readonly open: (uri: string) => void;
  readonly cancel: () => void;
}): ProgressBar {
  const state = element('strong', { class: 'state' });
  const bar = element('progress', { max: 1, 'aria-label': 'Splits done' });
  const text = element('span', { class: 'figures' });
  const link = button('Trino page', () => {
    if (uri !== undefined) actions.open(uri);
  });
  const cancel = button('Cancel', actions.cancel);
  const node = element('div', { class: 'progress', role: 'status' }, state, bar, text, link, cancel);
  let uri: string | undefined;
  return {
    element: node,
    update: progress => {
      uri = progress.infoUri;
      const isDone = /^(FINISHED|FAILED|CANCELED|WAITING)$/.test(progress.state);
      state.textContent = progress.state;
      bar.hidden = isDone;
      cancel.hidden = isDone;
      link.hidden = uri === undefined;
      if (progress.totalSplits > 0) bar.value = progress.completedSplits / progress.totalSplits;
      else bar.removeAttribute('value');
      text.textContent = figures(progress).join(' · ');
    },
  };
}

/** The figures of a statement in the order people ask for them. */
export function figures(progress: Progress): string[] {
  const { elapsedMs, totalSplits, completedSplits, processedRows, processedBytes, peakMemoryBytes } =
    progress;
  return [
    durationText(elapsedMs),
    ...(totalSplits > 0 ? [`${countText(completedSplits)}/${countText(totalSplits)} splits`] : []),
    ...(processedRows > 0 ? [`${countText(processedRows)} rows read`] : []),
    ...(processedBytes > 0 ? [bytesText(processedBytes)] : []),
    ...(peakMemoryBytes > 0 ? [`peak memory ${bytesText(peakMemoryBytes)}`] : []),
  ];
}
