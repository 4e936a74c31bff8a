import type { ChartSettings, ChartType, HeadColumn } from '../messages.ts';

export const CHART_TYPES: readonly ChartType[] = ['line', 'bar', 'area', 'scatter', 'histogram', 'heatmap'];

/** True for columns whose values can be measured along an axis. */
export function isMeasure({ type }: HeadColumn): boolean {
  return /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type);
}

/** True for dates and timestamps. */
function isTime({ type }: HeadColumn): boolean {
  return /^(date|timestamp)/.test(type);
}

/** True for the parts of a calendar that are numbers but stand along an axis: year, month, hour … */
function isCalendar({ name, type }: HeadColumn): boolean {
  return (
    /^(tinyint|smallint|integer|bigint)/.test(type) &&
    /(?:^|_)(?:year|quarter|month|week|day|hour|minute)$/i.test(name)
  );
}

/** True for numbers that only name a thing. */
function isIdentifier({ name }: HeadColumn): boolean {
  return /(?:^|_)(?:id|key|code|zip)$/i.test(name) || /[a-z](?:Id|Key|key)$/.test(name);
}

/**
 * The chart that fits the types best: a line over time, bars over names, a scatter of two measures, a histogram of one.
 * Numbers that name a thing are only measured when nothing else is there.
 */
export function defaultChart(columns: readonly HeadColumn[]): ChartSettings {
  const calendar = columns.find(isCalendar);
  const numbers = columns.filter(column => isMeasure(column) && column !== calendar);
  const measures = [...numbers.filter(column => !isIdentifier(column)), ...numbers.filter(isIdentifier)];
  const time = columns.find(isTime) ?? calendar;
  const name = columns.find(column => !isMeasure(column) && !isTime(column));
  const [first, second] = measures;
  if (time !== undefined && first !== undefined) return { type: 'line', x: time.name, y: [first.name] };
  if (name !== undefined && first !== undefined) return { type: 'bar', x: name.name, y: [first.name] };
  if (first !== undefined && second !== undefined)
    return { type: 'scatter', x: first.name, y: [second.name] };
  const only = first ?? columns[0];
  return { type: 'histogram', x: only?.name ?? '', y: [] };
}
