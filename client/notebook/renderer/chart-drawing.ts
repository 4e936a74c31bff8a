import {
  areaY,
  axisFx,
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

/** The colours of charts in themes; what VS Code does not set falls back to its own default. */
const PALETTE = [
  'var(--vscode-charts-blue, #3794ff)',
  'var(--vscode-charts-orange, #d18616)',
  'var(--vscode-charts-green, #89d185)',
  'var(--vscode-charts-purple, #b180d7)',
  'var(--vscode-charts-red, #f14c4c)',
  'var(--vscode-charts-yellow, #cca700)',
];
const LEGEND_HEIGHT = 22;

/** Draws a chart as SVG in the colours of the theme. Points without a number are left out. */
export function drawChart(
  data: ChartData,
  settings: ChartSettings,
  { width }: { readonly width: number },
): SVGElement | HTMLElement {
  const points = pointsOf(data);
  const colours = coloursOf(data, settings);
  const isGrouped = settings.type === 'bar' && colours !== undefined;
  const chart = plot({
    width,
    height: 320,
    marginTop: colours === undefined ? 28 : 28 + LEGEND_HEIGHT,
    marginLeft: 64,
    marginBottom: settings.type === 'bar' ? 72 : 44,
    style: { background: 'transparent', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' },
    x: isGrouped
      ? { axis: null }
      : { label: settings.x, ...(data.xIsTime && !isBanded(settings) ? { type: 'utc' as const } : {}) },
    ...(isGrouped ? { fx: { axis: null } } : {}),
    y: {
      // A legend names the measures already.
      label: colours !== undefined ? null : settings.type === 'histogram' ? 'rows' : settings.y.join(', '),
      grid: settings.type !== 'heatmap',
    },
    color:
      colours === undefined
        ? { scheme: 'blues' }
        : { type: 'categorical', domain: [...colours.keys()], range: [...colours.values()] },
    marks: marksOf(points, data, settings),
  });
  if (colours !== undefined && chart instanceof SVGElement) chart.append(legend(colours, width));
  // Plot brings a style element, which a page with a strict policy refuses: the same on the drawing itself.
  for (const style of chart.querySelectorAll('style')) style.remove();
  Object.assign(chart.style, { display: 'block', height: 'auto', maxWidth: '100%', whiteSpace: 'pre' });
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', `${settings.type} chart of ${settings.y.join(', ')} by ${settings.x}`);
  // A name on a group without a role is announced by nobody and forbidden by ARIA; the whole drawing has one.
  for (const group of chart.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  // Plot points at console warnings with a sign that nobody here can follow.
  for (const text of chart.querySelectorAll('text')) if (text.textContent.startsWith('\u26a0')) text.remove();
  return chart;
}

/** A colour for each of several measures; undefined where one colour is enough. */
function coloursOf({ series }: ChartData, { type }: ChartSettings): Map<string, string> | undefined {
  if (series.length < 2 || type === 'histogram' || type === 'heatmap') return undefined;
  return new Map(series.map(({ name }, i) => [name, PALETTE[i % PALETTE.length] ?? ACCENT]));
}

/** The names of the measures beside their colours, inside of the drawing so that files have it too. */
function legend(colours: ReadonlyMap<string, string>, width: number): SVGGElement {
  const group = svgElement('g', { class: 'legend' });
  const share = (width - 72) / colours.size;
  [...colours].forEach(([name, colour], i) => {
    const x = 64 + i * Math.min(share, 160);
    const letters = Math.max(3, Math.floor((Math.min(share, 160) - 24) / 7));
    const label = svgElement('text', { x: x + 16, y: 15, fill: 'currentColor', 'text-anchor': 'start' });
    label.textContent = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    group.append(svgElement('rect', { x, y: 5, width: 11, height: 11, fill: colour }), label);
  });
  return group;
}

function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
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

const ACCENT = PALETTE[0] ?? 'currentColor';

function marksOf(points: readonly Point[], data: ChartData, settings: ChartSettings): Markish[] {
  const usable = points.filter(point => point.x !== null && point.y !== null);
  const isMany = data.series.length > 1;
  const channel = { x: 'x', y: 'y', ...(isMany ? { stroke: 'series', z: 'series' } : { stroke: ACCENT }) };
  switch (settings.type) {
    case 'line':
      return [lineY(sorted(usable), channel)];
    case 'area': {
      // With both ends given, several measures lie over each other instead of on top of each other.
      const area = { x: 'x', y1: 0, y2: 'y', fillOpacity: 0.35 };
      const fill = isMany ? { fill: 'series', z: 'series' } : { fill: ACCENT };
      return [areaY(sorted(usable), { ...area, ...fill }), lineY(sorted(usable), channel), ruleY([0])];
    }
    case 'scatter':
      return [dot(usable, { ...channel, r: 2.5 })];
    case 'bar': {
      const bars = usable.map(point => ({ ...point, x: labelOf(point.x) }));
      if (isMany) {
        const own = { fx: 'x', x: 'series', y: 'y', fill: 'series', sort: { fx: null, x: null } } as const;
        return [
          barY(bars, own),
          axisFx({ anchor: 'bottom', tickRotate: -35, label: settings.x }),
          ruleY([0]),
        ];
      }
      return [
        barY(bars, { x: 'x', y: 'y', fill: ACCENT, sort: { x: null } }),
        axisX({ tickRotate: -35, label: settings.x }),
        ruleY([0]),
      ];
    }
    case 'histogram': {
      // Every measure has a point for every x, and a histogram counts each x once.
      const first = data.series[0]?.name ?? '';
      const values = points.filter(
        point => point.series === first && (typeof point.x === 'number' || point.x instanceof Date),
      );
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
