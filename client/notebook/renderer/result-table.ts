import {
  COPY_FORMATS,
  type CopyFormat,
  EXPORT_FORMATS,
  type HeadColumn,
  type ResultHead,
} from '../messages.ts';
import { type FilterTerm, type ResultView, WHOLE_RESULT } from '../results/view.ts';
import { createCellViewer } from './cell-viewer.ts';
import { columnMenuItems, createFilterForm, createColumnList } from './column-menu.ts';
import { type ColumnLayout, fittingWidth } from './column-layout.ts';
import { button, element } from './element.ts';
import { createGrid, type Grid } from './grid.ts';
import type { HostLink } from './host-link.ts';
import { countText } from './number-text.ts';
import { createPageCache, type PageCache } from './page-cache.ts';
import { openMenu, openPopup } from './popup.ts';
import { rectangleOf } from './selection.ts';
import { createStatisticsPanel } from './statistics-panel.ts';

/** A result as a table with its tool bar: search, sort, filter, columns, copy, export, load more. */
export interface ResultTable {
  readonly element: HTMLElement;
  readonly view: ResultView;
  /** More rows came into the store. */
  setHead(head: ResultHead): void;
  showMessage(text: string, isError?: boolean): void;
}

export interface ResultTableOptions {
  readonly handle: string;
  readonly head: ResultHead;
  readonly link: HostLink;
  /** Buttons of others in the tool bar, for example the one that opens the chart. */
  readonly tools: readonly HTMLElement[];
  readonly onViewChange: () => void;
}

const SEARCH_DELAY_MS = 250;

/** The table of one result. */
export function createResultTable({
  handle,
  head: firstHead,
  link,
  tools,
  onViewChange,
}: ResultTableOptions): ResultTable {
  let head = firstHead;
  let columns: readonly HeadColumn[] = head.columns;
  let view: ResultView = WHOLE_RESULT;
  let viewRows = head.rowCount;
  let layout: ColumnLayout = {
    columnCount: head.columnCount,
    widths: firstWidths(head),
    hidden: new Set(),
    frozen: [],
  };
  let cache: PageCache = newCache();
  let hasAskedColumns = false;
  /** No query waits in Trino with the rest of the rows any more. */
  let isClosed = false;

  const message = element('span', { class: 'message', role: 'status' });
  const count = element('span', { class: 'count' });
  const more = element('span', { class: 'more' });
  const search = element('input', {
    type: 'search',
    placeholder: 'Search',
    'aria-label': 'Search in the result',
  });
  const panel = element('div', { class: 'panel' });
  const grid: Grid = createGrid({
    cell: (row, column) => cache.cell(row, column),
    column: index => {
      if (index >= columns.length) askColumns();
      return columns[index];
    },
    toggleSort: (column, isAdded) => {
      const term = view.sort.find(each => each.column === column);
      const others = isAdded ? view.sort.filter(each => each.column !== column) : [];
      const next =
        term === undefined
          ? [{ column, isDescending: false }]
          : term.isDescending
            ? []
            : [{ column, isDescending: true }];
      setView({ ...view, sort: [...others, ...next] });
    },
    openColumnMenu: (column, anchor) => {
      openMenu(node, anchor, {
        label: `Column ${columns[column]?.name ?? ''}`,
        items: columnMenu(column, anchor),
      });
    },
    openCell: (row, column) => void openCell(row, column),
    resize: (column, width) => {
      setLayout({ ...layout, widths: new Map(layout.widths).set(column, width) });
    },
    copy: withHeader => void copy('TSV', withHeader),
  });
  const bar = element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'Result tools' },
    search,
    menuButton('Copy', COPY_FORMATS, format => void copy(format, format !== 'IN list')),
    menuButton(
      'Export',
      EXPORT_FORMATS,
      format =>
        void run(`Exporting ${format} …`, async () => {
          const { path } = await link.ask(handle, 'export', { format });
          return path === undefined ? '' : `Exported to ${path}`;
        }),
    ),
    button('Columns', event => {
      openPopup(node, event.currentTarget as HTMLElement, createColumnList(columns, layout, setLayout));
    }),
    ...tools,
    count,
    more,
    message,
  );
  const node = element('div', { class: 'table' }, bar, grid.element, panel);
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      setView({ ...view, search: search.value });
    }, SEARCH_DELAY_MS);
  });
  search.addEventListener('keydown', event => {
    event.stopPropagation();
  });
  update();

  function newCache(): PageCache {
    const shown = view;
    const created = createPageCache(range => link.ask(handle, 'page', { view: shown, range }), {
      onLoad: rows => {
        // Pages of a view that was left meanwhile say nothing about this one.
        if (created !== cache) return;
        if (rows === viewRows) grid.redraw();
        else {
          viewRows = rows;
          update();
        }
        if (message.classList.contains('waiting')) showMessage('');
      },
      onError: error => {
        showMessage(error.message, true);
      },
    });
    if (shown === WHOLE_RESULT) created.seed(head.page);
    return created;
  }
  function askColumns(): void {
    if (hasAskedColumns) return;
    hasAskedColumns = true;
    link.ask(handle, 'columns', {}).then(
      all => {
        columns = all;
        update();
      },
      (error: unknown) => {
        showMessage(String(error), true);
      },
    );
  }
  function setView(next: ResultView): void {
    const isWhole = next.sort.length === 0 && next.filters.length === 0 && next.search === '';
    view = isWhole ? WHOLE_RESULT : next;
    if (isWhole) viewRows = head.rowCount;
    else showMessage('Working …');
    message.classList.toggle('waiting', !isWhole);
    cache = newCache();
    cache.cell(0, 0);
    update();
    onViewChange();
  }
  function setLayout(next: ColumnLayout): void {
    layout = next;
    update();
  }
  function update(): void {
    const filtered = new Set(view.filters.map(filter => filter.column));
    grid.update({ columns, layout, rowCount: viewRows, sort: view.sort, filtered });
    const all = `${countText(head.rowCount)} ${head.rowCount === 1 ? 'row' : 'rows'}`;
    count.textContent = viewRows === head.rowCount ? all : `${countText(viewRows)} of ${all}`;
    more.replaceChildren(...moreParts());
  }
  function moreParts(): (Node | string)[] {
    if (!head.isCut) return [];
    const load = (kind: 'loadMore' | 'runAgain', all: boolean) => () =>
      void run(kind === 'loadMore' ? 'Loading …' : 'Running again …', async () => {
        const answer = await link.ask(handle, kind, { all });
        isClosed = answer.closed !== undefined;
        if (answer.head === undefined) update();
        else setHead(answer.head, kind === 'runAgain');
        return answer.closed ?? '';
      });
    return isClosed
      ? [
          'The query has ended in Trino.',
          button('Run again for more', load('runAgain', false)),
          button('Run again for all', load('runAgain', true)),
        ]
      : [
          'There are more rows.',
          button('Load more', load('loadMore', false)),
          button('Load all', load('loadMore', true)),
        ];
  }
  function setHead(next: ResultHead, isAnew = false): void {
    // A statement that ran again may have other columns.
    if (JSON.stringify(next.columns) !== JSON.stringify(head.columns)) columns = next.columns;
    const hasOtherRows = isAnew || next.rowCount !== head.rowCount;
    head = next;
    if (view === WHOLE_RESULT) viewRows = head.rowCount;
    // What is drawn stays when only the state has changed: nothing flickers at the end of a statement.
    if (hasOtherRows) cache = newCache();
    update();
  }
  function columnMenu(column: number, anchor: HTMLElement): ReturnType<typeof columnMenuItems> {
    return columnMenuItems(
      { column, layout, hasFilter: view.filters.some(filter => filter.column === column) },
      {
        sort: isDescending => {
          setView({
            ...view,
            sort:
              isDescending === undefined
                ? view.sort.filter(term => term.column !== column)
                : [{ column, isDescending }],
          });
        },
        filter: () => {
          openFilter(column, anchor);
        },
        clearFilter: () => {
          setFilter(column, undefined);
        },
        setLayout,
        statistics: () => void openStatistics(column),
        copyInList: () => void copyColumn(column),
      },
    );
  }
  function openFilter(column: number, anchor: HTMLElement): void {
    const current = view.filters.find(filter => filter.column === column);
    const popup = openPopup(
      node,
      anchor,
      createFilterForm(columns[column]?.name ?? '', current, term => {
        popup.close();
        setFilter(column, term === undefined ? undefined : { column, ...term });
      }),
    );
  }
  function setFilter(column: number, term: FilterTerm | undefined): void {
    const others = view.filters.filter(filter => filter.column !== column);
    setView({ ...view, filters: term === undefined ? others : [...others, term] });
  }
  async function openStatistics(column: number): Promise<void> {
    await run('Reading the column …', async () => {
      const statistics = await link.ask(handle, 'statistics', { view, column });
      const { name = '', type = '' } = columns[column] ?? {};
      panel.replaceChildren(createStatisticsPanel({ name, type, statistics }, closePanel));
      return '';
    });
  }
  async function openCell(row: number, column: number): Promise<void> {
    await run('', async () => {
      const value = await link.ask(handle, 'cell', { view, row, column });
      const { name = '', type = '' } = columns[column] ?? {};
      panel.replaceChildren(createCellViewer({ name, type, value }, closePanel));
      panel.querySelector('pre')?.focus({ preventScroll: true });
      return '';
    });
  }
  function closePanel(): void {
    panel.replaceChildren();
    grid.focus();
  }
  async function copy(format: CopyFormat, withHeader: boolean): Promise<void> {
    const { top, bottom, left, right } = rectangleOf(grid.selection);
    const shown = grid.shownColumns.slice(left, right + 1).map(column => column.index);
    await copyRange(format, { firstRow: top, rows: bottom - top + 1, columns: shown, withHeader });
  }
  async function copyColumn(column: number): Promise<void> {
    await copyRange('IN list', { firstRow: 0, rows: viewRows, columns: [column], withHeader: false });
  }
  async function copyRange(
    format: CopyFormat,
    range: { firstRow: number; rows: number; columns: number[]; withHeader: boolean },
  ): Promise<void> {
    await run('', async () => {
      const { rows } = await link.ask(handle, 'copy', { view, range, format });
      return `Copied ${countText(rows)} ${rows === 1 ? 'row' : 'rows'} as ${format}`;
    });
  }
  async function run(doing: string, action: () => Promise<string>): Promise<void> {
    showMessage(doing);
    try {
      showMessage(await action());
    } catch (error) {
      showMessage(error instanceof Error ? error.message : String(error), true);
    }
  }
  function showMessage(text: string, isError = false): void {
    message.textContent = text;
    message.classList.toggle('error', isError);
  }
  function menuButton<T extends string>(
    label: string,
    formats: readonly T[],
    choose: (format: T) => void,
  ): HTMLElement {
    return button(
      label,
      event => {
        const items = formats.map(
          format =>
            [
              format,
              () => {
                choose(format);
              },
            ] as const,
        );
        openMenu(node, event.currentTarget as HTMLElement, { label, items });
      },
      { 'aria-haspopup': 'menu' },
    );
  }
  return {
    element: node,
    get view() {
      return view;
    },
    setHead,
    showMessage,
  };
}

function firstWidths(head: ResultHead): ReadonlyMap<number, number> {
  const widths = head.columns.map(({ name, type }, i) => {
    const texts = head.page.rows.map(row => {
      const cell = row[i];
      return cell == null ? 'NULL' : typeof cell === 'string' ? cell : cell.text;
    });
    return [i, fittingWidth(texts, name.length >= type.length ? name : type.slice(0, 24))] as const;
  });
  return new Map(widths);
}
