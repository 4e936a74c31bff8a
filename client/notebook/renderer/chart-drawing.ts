import {
  areaY,
  axisX,
  barY,
  binX,
  cell,
  dot,
  lineY,
  type Markish,
  plot,
  rectY,
  ruleY,
} from '@observablehq/plot';
import type { ChartData, ChartSettings } from '../messages.ts';

interface Point {
  readonly x: number | string | Date | null;
  readonly y: number | null;
  readonly series: string;
}

/** Draws a chart as SVG in the colours of the theme. Points without a number are left out. */
export function drawChart(
  data: ChartData,
  settings: ChartSettings,
  { width }: { readonly width: number },
): SVGElement | HTMLElement {
  const points = pointsOf(data);
  const chart = plot({
    width,
    height: 320,
    marginLeft: 64,
    marginBottom: settings.type === 'bar' ? 72 : 44,
    style: { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' },
    x: { label: settings.x, ...(data.xIsTime && !isBanded(settings) ? { type: 'utc' as const } : {}) },
    y: {
      label: settings.type === 'histogram' ? 'rows' : settings.y.join(', '),
      grid: settings.type !== 'heatmap',
    },
    color: { scheme: 'blues', legend: data.series.length > 1 },
    marks: marksOf(points, data, settings),
  });
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', `${settings.type} chart of ${settings.y.join(', ')} by ${settings.x}`);
  // A name on a group without a role is announced by nobody and forbidden by ARIA; the whole drawing has one.
  for (const group of chart.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  // Plot points at console warnings with a sign that nobody here can follow.
  for (const text of chart.querySelectorAll('text')) if (text.textContent.startsWith('\u26a0')) text.remove();
  return chart;
}

/** True when the x axis has names instead of a measure. */
function isBanded({ type }: ChartSettings): boolean {
  return type === 'bar' || type === 'heatmap';
}

function pointsOf(data: ChartData): Point[] {
  const series = data.series.length > 0 ? data.series : [{ name: '', values: data.x.map(() => null) }];
  return series.flatMap(({ name, values }) =>
    data.x.map((x, i) => {
      const y = values[i];
      return {
        x: data.xIsTime && typeof x === 'number' ? new Date(x) : x,
        y: typeof y === 'number' ? y : null,
        series: name,
      };
    }),
  );
}

const ACCENT = 'var(--vscode-charts-blue, #3794ff)';

function marksOf(points: readonly Point[], data: ChartData, settings: ChartSettings): Markish[] {
  const usable = points.filter(point => point.x !== null && point.y !== null);
  const isMany = data.series.length > 1;
  const channel = { x: 'x', y: 'y', ...(isMany ? { stroke: 'series' } : { stroke: ACCENT }) };
  switch (settings.type) {
    case 'line':
      return [lineY(sorted(usable), channel)];
    case 'area':
      return [
        areaY(sorted(usable), { x: 'x', y: 'y', fill: isMany ? 'series' : ACCENT, fillOpacity: 0.35 }),
        lineY(sorted(usable), channel),
        ruleY([0]),
      ];
    case 'scatter':
      return [dot(usable, { ...channel, r: 2.5 })];
    case 'bar': {
      const bars = usable.map(point => ({ ...point, x: labelOf(point.x) }));
      return [
        barY(bars, { x: 'x', y: 'y', fill: isMany ? 'series' : ACCENT, sort: { x: null } }),
        axisX({ tickRotate: -35, label: settings.x }),
        ruleY([0]),
      ];
    }
    case 'histogram': {
      const values = points.filter(point => typeof point.x === 'number' || point.x instanceof Date);
      return [rectY(values, { ...binX({ y: 'count' }, { x: 'x' }), fill: ACCENT }), ruleY([0])];
    }
    case 'heatmap':
      return [cell(heat(usable), { x: 'x', y: 'band', fill: 'count', inset: 0.5 })];
  }
}

function sorted(points: readonly Point[]): Point[] {
  return points.toSorted((a, b) => (isBefore(a.x, b.x) ? -1 : isBefore(b.x, a.x) ? 1 : 0));
}

function isBefore(a: Point['x'], b: Point['x']): boolean {
  return a !== null && b !== null && a < b;
}

function labelOf(value: Point['x']): string {
  return value instanceof Date
    ? value.toISOString().replace(/T00:00:00\.000Z$/, '')
    : String(value ?? '').slice(0, 24);
}

/** Counts of points by x (twenty bands when it is a number or a time) and twelve bands of y. */
function heat(points: readonly Point[]): { x: string; band: string; count: number }[] {
  const bandOfX = banding(
    points.map(point => (typeof point.x === 'string' || point.x === null ? NaN : Number(point.x))),
    20,
  );
  const bandOfY = banding(
    points.map(point => point.y ?? NaN),
    12,
  );
  const counts = new Map<string, { x: string; band: string; count: number; order: number }>();
  for (const point of points) {
    const isText = typeof point.x === 'string' || point.x === null;
    const x = isText ? labelOf(point.x) : bandOfX(Number(point.x), point.x instanceof Date);
    const band = bandOfY(point.y ?? NaN, false);
    const key = `${x}|${band}`;
    const entry = counts.get(key) ?? { x, band, count: 0, order: point.y ?? 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.order - a.order);
}

function banding(values: readonly number[], bands: number): (value: number, isTime: boolean) => string {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  const width = (high - low) / bands || 1;
  return (value, isTime) => {
    const start = low + Math.min(bands - 1, Math.floor((value - low) / width)) * width;
    return isTime ? new Date(start).toISOString().slice(0, 10) : String(Number(start.toPrecision(4)));
  };
}
