import type { ChartSettings, ChartType, ResultHead } from '../messages.ts';
import type { ResultView } from '../results/view.ts';
import { WHOLE_RESULT } from '../results/view.ts';
import { drawChart } from './chart-drawing.ts';
import { CHART_TYPES, defaultChart, isMeasure } from './chart-defaults.ts';
import { createMeasureChoice } from './measure-choice.ts';
import { toPng, toSvgText } from './chart-files.ts';
import { button, element } from './element.ts';
import type { HostLink } from './host-link.ts';
import { countText } from './number-text.ts';

export interface ChartPanel {
  /** Opens and closes the chart; belongs into the tool bar of the table. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  /** Draws again, after the view of the table changed. */
  readonly refresh: () => void;
}

export interface ChartPanelOptions {
  readonly handle: string;
  readonly head: ResultHead;
  readonly link: HostLink;
  readonly view: () => ResultView | undefined;
  readonly settings: ChartSettings | undefined;
}

/** More marks than this are neither seen apart nor drawn quickly. */
const MAX_POINTS = 4000;

/** A chart of the rows that the table shows, with its settings. Open at once when the cell's text has settings. */
export function createChartPanel({
  handle,
  head,
  link,
  view,
  settings: saved,
}: ChartPanelOptions): ChartPanel {
  let settings = saved ?? defaultChart(head.columns);
  let isOpen = false;
  const figure = element('div', { class: 'chart' });
  const note = element('span', { class: 'message', role: 'status' });
  const controls = element('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Chart settings' });
  const node = element(
    'section',
    { class: 'chart-panel', 'aria-label': 'Chart', hidden: true },
    controls,
    figure,
  );
  const toggle = button(
    'Chart',
    () => {
      setOpen(!isOpen);
    },
    { 'aria-pressed': 'false' },
  );

  const refresh = (): void => {
    if (!isOpen) return;
    link.ask(handle, 'chart', { view: view() ?? WHOLE_RESULT, settings, maxPoints: MAX_POINTS }).then(
      data => {
        figure.replaceChildren(
          drawChart(data, settings, { width: Math.max(320, Math.min(1100, node.clientWidth - 16)) }),
        );
        note.textContent = data.isSampled ? sampleText(data.x.length, data.totalRows, settings.type) : '';
      },
      (error: unknown) => {
        note.textContent = error instanceof Error ? error.message : String(error);
      },
    );
  };
  const change = (next: ChartSettings): void => {
    settings = next;
    refresh();
    link.ask(handle, 'saveChart', { settings }).catch((error: unknown) => {
      note.textContent = error instanceof Error ? error.message : String(error);
    });
  };
  const setOpen = (open: boolean): void => {
    isOpen = open;
    node.hidden = !open;
    toggle.setAttribute('aria-pressed', String(open));
    refresh();
  };
  const save = async (type: 'svg' | 'png'): Promise<void> => {
    const svg = figure.querySelector('svg');
    if (svg === null) throw new Error('There is no chart to save yet.');
    const base64 = type === 'svg' ? toBase64(new TextEncoder().encode(toSvgText(svg))) : await toPng(svg);
    const { path } = await link.ask(handle, 'saveFile', { name: `chart.${type}`, base64 });
    note.textContent = path === undefined ? '' : `Saved ${path}`;
  };
  const failed = (error: unknown): void => {
    note.textContent = error instanceof Error ? error.message : String(error);
  };
  controls.append(
    select('Type', CHART_TYPES, settings.type, type => {
      change({ ...settings, type: type as ChartType });
    }),
    select(
      'X',
      head.columns.map(column => column.name),
      settings.x,
      x => {
        change({ ...settings, x });
      },
    ),
    createMeasureChoice(
      node,
      head.columns.filter(isMeasure).map(column => column.name),
      { chosen: () => settings.y, choose: y => change({ ...settings, y }) },
    ),
    button('Save SVG', () => void save('svg').catch(failed)),
    button('Save PNG', () => void save('png').catch(failed)),
    note,
  );
  if (saved !== undefined)
    queueMicrotask(() => {
      setOpen(true);
    });
  return { button: toggle, element: node, refresh };
}

function sampleText(drawn: number, total: number, type: ChartType): string {
  if (type === 'bar')
    return `The first ${countText(drawn)} values of x, summed over ${countText(total)} rows`;
  return `${countText(drawn)} of ${countText(total)} rows drawn, evenly chosen`;
}

function select(
  label: string,
  options: readonly string[],
  value: string,
  change: (value: string) => void,
): HTMLElement {
  const list = element('select', { 'aria-label': `Chart ${label}` });
  for (const option of options)
    list.append(element('option', { value: option, selected: option === value }, option));
  list.addEventListener('change', () => {
    change(list.value);
  });
  return element('label', {}, `${label} `, list);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
