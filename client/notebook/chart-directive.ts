import type { ChartSettings, ChartType } from './messages.ts';

const TYPES: readonly string[] = [
  'line',
  'bar',
  'area',
  'scatter',
  'histogram',
  'heatmap',
] satisfies ChartType[];

/** Reads the value of a `-- @chart` line, for example `bar x="order day" y=total,count`; undefined when it is none. */
export function parseChart(value: string): ChartSettings | undefined {
  const [type = ''] = /^\w+/.exec(value) ?? [];
  if (!TYPES.includes(type)) return undefined;
  const x = namesOf(value, 'x')[0];
  return x === undefined ? undefined : { type: type as ChartType, x, y: namesOf(value, 'y') };
}

/** The value that `parseChart` reads back. */
export function formatChart({ type, x, y }: ChartSettings): string {
  const names = y.length === 0 ? '' : ` y=${y.map(quoted).join(',')}`;
  return `${type} x=${quoted(x)}${names}`;
}

const NAME = '"(?:[^"]|"")*"|[^\\s,"]+';

function namesOf(value: string, key: string): string[] {
  const list = new RegExp(`\\s${key}=((?:${NAME})(?:,(?:${NAME}))*)`).exec(value)?.[1] ?? '';
  return [...list.matchAll(new RegExp(NAME, 'g'))].map(([name]) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  );
}

function quoted(name: string): string {
  return /^[^\s,"]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
