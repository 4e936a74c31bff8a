import type { HeadColumn } from '../messages.ts';
import type { PageCell, SortTerm } from '../results/view.ts';
import {
  type ColumnLayout,
  MAX_WIDTH,
  MIN_WIDTH,
  placeColumns,
  type ShownColumn,
  visibleColumns,
} from './column-layout.ts';
import { element } from './element.ts';
import { drawBody } from './grid-body.ts';
import { drawHeader } from './grid-header.ts';
import { GUTTER_WIDTH, HEADER_HEIGHT, ROW_HEIGHT } from './grid-window.ts';
import { moveSelection, type Selection } from './selection.ts';

/** What the grid shows; `update` draws the difference. */
export interface GridState {
  readonly columns: readonly HeadColumn[];
  readonly layout: ColumnLayout;
  readonly rowCount: number;
  readonly sort: readonly SortTerm[];
  readonly filtered: ReadonlySet<number>;
}

/** What the grid asks of whoever holds the result. */
export interface GridActions {
  cell(row: number, column: number): PageCell | undefined;
  column(index: number): HeadColumn | undefined;
  toggleSort(column: number, isAdded: boolean): void;
  openColumnMenu(column: number, anchor: HTMLElement): void;
  openCell(row: number, column: number): void;
  resize(column: number, width: number): void;
  copy(withHeader: boolean): void;
}

/** A virtual grid: it keeps elements only for what is seen, whatever the number of rows and columns. */
export interface Grid {
  readonly element: HTMLElement;
  readonly selection: Selection;
  readonly shownColumns: readonly ShownColumn[];
  update(state: GridState): void;
  /** Draws the cells again, after a page came in. */
  redraw(): void;
  focus(): void;
}

/** Browsers limit the height of an element; beyond this the scroll bar moves by more than a pixel per pixel. */
const MAX_SCROLL_HEIGHT = 12_000_000;

let gridCount = 0;

/** A grid over `actions`, empty until `update`. */
export function createGrid(actions: GridActions): Grid {
  const id = `lakehouse-grid-${gridCount++}`;
  const spacer = element('div', { class: 'spacer', role: 'presentation' });
  const header = element('div', { class: 'header', role: 'rowgroup' });
  const body = element('div', { class: 'body', role: 'rowgroup' });
  const layer = element('div', { class: 'layer', role: 'presentation' }, header, body);
  const grid = element(
    'div',
    { class: 'grid', role: 'grid', tabindex: 0, 'aria-label': 'Result', 'aria-multiselectable': 'true' },
    layer,
    spacer,
  );
  let state: GridState | undefined;
  let placed: readonly ShownColumn[] = [];
  let selection: Selection = { anchor: { row: 0, column: 0 }, focus: { row: 0, column: 0 } };
  let frame = 0;

  const viewHeight = (): number => grid.clientHeight - HEADER_HEIGHT;
  const contentHeight = (): number => (state?.rowCount ?? 0) * ROW_HEIGHT;
  /** Pixels of content per pixel of scroll. */
  const scale = (): number => {
    const scrolled = spacer.offsetHeight - grid.clientHeight;
    return scrolled <= 0 ? 1 : Math.max(1, (contentHeight() - viewHeight()) / scrolled);
  };
  const draw = (): void => {
    frame = 0;
    if (state === undefined) return;
    const top = grid.scrollTop * scale();
    const columns = visibleColumns(placed, grid.scrollLeft, grid.clientWidth - GUTTER_WIDTH);
    const window = { top, left: grid.scrollLeft, height: viewHeight(), columns, selection, id };
    layer.style.width = `${grid.clientWidth}px`;
    layer.style.height = `${grid.clientHeight}px`;
    drawHeader(header, state, window, actions);
    drawBody(body, state, window, actions);
    grid.setAttribute('aria-activedescendant', `${id}-active`);
  };
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const select = (next: Selection): void => {
    selection = next;
    schedule();
  };
  const reveal = (): void => {
    const { row, column } = selection.focus;
    const top = grid.scrollTop * scale();
    if (row * ROW_HEIGHT < top) grid.scrollTop = (row * ROW_HEIGHT) / scale();
    else if ((row + 1) * ROW_HEIGHT > top + viewHeight()) {
      grid.scrollTop = Math.ceil(((row + 1) * ROW_HEIGHT - viewHeight()) / scale());
    }
    const shown = placed[column];
    if (shown === undefined || shown.isFrozen) return;
    const frozen = placed.reduce((sum, each) => sum + (each.isFrozen ? each.width : 0), 0);
    if (shown.x - frozen < grid.scrollLeft) grid.scrollLeft = shown.x - frozen;
    else if (shown.x + shown.width > grid.scrollLeft + grid.clientWidth - GUTTER_WIDTH) {
      grid.scrollLeft = shown.x + shown.width - grid.clientWidth + GUTTER_WIDTH;
    }
  };

  grid.addEventListener('scroll', schedule, { passive: true });
  grid.addEventListener('keydown', event => {
    if (state === undefined) return;
    const isControl = event.ctrlKey || event.metaKey;
    if (isControl && event.key.toLowerCase() === 'c') {
      actions.copy(event.shiftKey);
    } else if (event.key === 'Enter') {
      const column = placed[selection.focus.column];
      if (column !== undefined) actions.openCell(selection.focus.row, column.index);
    } else {
      const pageRows = Math.max(1, Math.floor(viewHeight() / ROW_HEIGHT) - 1);
      const extent = { rows: state.rowCount, columns: placed.length, pageRows };
      const next = moveSelection(selection, { key: event.key, isShift: event.shiftKey, isControl }, extent);
      if (next === undefined || extent.rows === 0) return;
      const isAll = isControl && event.key.toLowerCase() === 'a';
      select(next);
      if (!isAll) reveal();
    }
    // The notebook must not scroll or take the key too.
    event.preventDefault();
    event.stopPropagation();
  });
  listenToPointer({ body, select, selection: () => selection, placed: () => placed, actions });
  listenToResizing(header, actions);
  new ResizeObserver(schedule).observe(grid);

  return {
    element: grid,
    get selection() {
      return selection;
    },
    get shownColumns() {
      return placed;
    },
    update: next => {
      state = next;
      placed = placeColumns(next.layout);
      const last = placed.at(-1);
      const rows = Math.min(MAX_SCROLL_HEIGHT, Math.max(1, next.rowCount) * ROW_HEIGHT);
      // The style sheet sets the limit: a panel has another height than a notebook.
      grid.style.height = `${HEADER_HEIGHT + rows + 14}px`;
      spacer.style.width = `${(last === undefined ? 0 : last.x + last.width) + GUTTER_WIDTH}px`;
      spacer.style.height = `${Math.min(MAX_SCROLL_HEIGHT, contentHeight() + HEADER_HEIGHT)}px`;
      grid.setAttribute('aria-rowcount', String(next.rowCount + 1));
      grid.setAttribute('aria-colcount', String(placed.length + 1));
      schedule();
    },
    redraw: schedule,
    focus: () => {
      grid.focus({ preventScroll: true });
    },
  };
}

interface PointerOptions {
  readonly body: HTMLElement;
  readonly select: (selection: Selection) => void;
  readonly selection: () => Selection;
  readonly placed: () => readonly ShownColumn[];
  readonly actions: GridActions;
}

/** Press selects, drag and Shift extend, a press on a row number takes the row, a double click opens the value. */
function listenToPointer({ body, select, selection, placed, actions }: PointerOptions): void {
  const placeOf = (event: Event): { row: number; column: number } | undefined => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
    if (cell === null) return undefined;
    return { row: Number(cell.dataset['row']), column: Number(cell.dataset['column'] ?? -1) };
  };
  body.addEventListener('pointerdown', event => {
    const place = placeOf(event);
    if (place === undefined || event.button !== 0) return;
    if (place.column < 0) {
      const anchor = event.shiftKey ? selection().anchor.row : place.row;
      select({ anchor: { row: anchor, column: placed().length - 1 }, focus: { row: place.row, column: 0 } });
    } else select({ anchor: event.shiftKey ? selection().anchor : place, focus: place });
  });
  body.addEventListener('pointermove', event => {
    const place = placeOf(event);
    if ((event.buttons & 1) === 0 || place === undefined || place.column < 0) return;
    const { focus } = selection();
    if (focus.row !== place.row || focus.column !== place.column)
      select({ anchor: selection().anchor, focus: place });
  });
  body.addEventListener('dblclick', event => {
    const place = placeOf(event);
    const column = placed()[place?.column ?? -1];
    if (place !== undefined && column !== undefined) actions.openCell(place.row, column.index);
  });
}

/** Dragging the right edge of a header resizes its column. */
function listenToResizing(header: HTMLElement, actions: GridActions): void {
  header.addEventListener('pointerdown', event => {
    const handle = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.resize') : null;
    if (handle === null) return;
    event.preventDefault();
    const column = Number(handle.dataset['index']);
    const start = Number(handle.dataset['width']);
    const move = (moved: PointerEvent): void => {
      actions.resize(column, Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, start + moved.clientX - event.clientX)));
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  });
}
