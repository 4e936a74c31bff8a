import type { ChartSettings, ChartType, HeadColumn } from '../messages.ts';

export const CHART_TYPES: readonly ChartType[] = ['line', 'bar', 'area', 'scatter', 'histogram', 'heatmap'];

/** True for columns whose values can be measured along an axis. */
export function isMeasure({ type }: HeadColumn): boolean {
  return /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type);
}

/** True for dates and timestamps. */
export function isTime({ type }: HeadColumn): boolean {
  return /^(date|timestamp)/.test(type);
}

/**
 * The chart that fits the types best: a line over time, bars over names, a scatter of two measures, a histogram of one.
 */
export function defaultChart(columns: readonly HeadColumn[]): ChartSettings {
  const measures = columns.filter(isMeasure);
  const time = columns.find(isTime);
  const name = columns.find(column => !isMeasure(column) && !isTime(column));
  const [first, second] = measures;
  if (time !== undefined && first !== undefined) return { type: 'line', x: time.name, y: [first.name] };
  if (name !== undefined && first !== undefined) return { type: 'bar', x: name.name, y: [first.name] };
  if (first !== undefined && second !== undefined)
    return { type: 'scatter', x: first.name, y: [second.name] };
  const only = first ?? columns[0];
  return { type: 'histogram', x: only?.name ?? '', y: [] };
}
