import type { ColumnStatistics } from '../results/view.ts';
import { button, element } from './element.ts';
import { countText } from './number-text.ts';

/** The statistics of one column: counts, extremes, a histogram and the most frequent values. */
export function createStatisticsPanel(
  {
    name,
    type,
    statistics,
  }: { readonly name: string; readonly type: string; readonly statistics: ColumnStatistics },
  close: () => void,
): HTMLElement {
  const node = element(
    'section',
    { class: 'statistics', 'aria-label': `Statistics of ${name}` },
    element(
      'div',
      { class: 'viewer-bar' },
      element('span', { class: 'title' }, `${name} · ${type}`),
      button('Close', close),
    ),
    element('div', { class: 'statistics-body' }, figuresOf(statistics), ...drawn(statistics)),
  );
  return node;
}

function figuresOf(statistics: ColumnStatistics): HTMLElement {
  const { rows, nulls, distinct, isDistinctExact, min, max, mean, quartiles } = statistics;
  const share = rows === 0 ? 0 : (nulls / rows) * 100;
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['Rows', countText(rows)],
    ['NULL', `${countText(nulls)} (${share.toFixed(share > 0 && share < 1 ? 2 : 0)} %)`],
    ['Distinct', `${isDistinctExact ? '' : 'at least '}${countText(distinct)}`],
    ['Minimum', min],
    ['Maximum', max],
    ['Mean', mean === undefined ? undefined : mean.toPrecision(8).replace(/\.?0+$/, '')],
    ['Quartiles', quartiles?.map(String).join(' / ')],
  ];
  const list = element('dl');
  for (const [term, value] of entries) {
    if (value !== undefined)
      list.append(element('dt', {}, term), element('dd', { title: value }, value.slice(0, 200)));
  }
  return list;
}

function drawn({ histogram, top, rows }: ColumnStatistics): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (histogram !== undefined) {
    const most = Math.max(1, ...histogram.counts);
    const bars = histogram.counts.map(count => {
      const bar = element('span', { title: countText(count) });
      bar.style.height = `${(count / most) * 100}%`;
      return bar;
    });
    parts.push(
      element(
        'div',
        { class: 'histogram', role: 'img', 'aria-label': 'Distribution of the values' },
        ...bars,
      ),
    );
  }
  if (top.length > 0) {
    const lines = top.map(({ text, count }) => {
      const share = element('span', { class: 'share' });
      share.style.width = `${(count / Math.max(1, rows)) * 100}%`;
      const label = text === '' ? '(empty)' : text.slice(0, 80);
      return element(
        'li',
        {},
        share,
        element('span', {}, label),
        element('span', { class: 'count' }, countText(count)),
      );
    });
    parts.push(element('ol', { class: 'top', 'aria-label': 'Most frequent values' }, ...lines));
  }
  return parts;
}
