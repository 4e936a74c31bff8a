import type { ShownColumn } from './column-layout.ts';
import { element } from './element.ts';
import type { GridActions, GridState } from './grid.ts';
import { type GridWindow, leftOf, pool, setAttribute } from './grid-window.ts';

/** Draws the names and types of the columns in the window, with sort marks, menu buttons and resize handles. */
export function drawHeader(
  header: HTMLElement,
  state: GridState,
  window: GridWindow,
  actions: GridActions,
): void {
  const [row] = pool(header, 1, () => element('div', { class: 'row', role: 'row', 'aria-rowindex': 1 }));
  if (row === undefined) return;
  if (row.childElementCount === 0) row.append(createCorner());
  const cells = pool(row, window.columns.length + 1, () => createCell(actions));
  cells.slice(1).forEach((cell, i) => {
    const column = window.columns[i];
    if (column !== undefined) drawCell(cell, column, { state, window, actions });
  });
}

function createCorner(): HTMLElement {
  return element(
    'div',
    { class: 'cell gutter', role: 'columnheader', 'aria-colindex': 1, title: 'Row number' },
    '#',
  );
}

/** One header cell; which column it stands for changes as the grid scrolls. */
function createCell(actions: GridActions): HTMLElement {
  const name = element('span', { class: 'name' });
  const type = element('span', { class: 'type' });
  const sort = element('button', { type: 'button', class: 'sort', tabindex: -1 }, name, type);
  const menu = element(
    'button',
    { type: 'button', class: 'menu', tabindex: -1, 'aria-haspopup': 'menu' },
    '⋯',
  );
  const handle = element('span', { class: 'resize', 'aria-hidden': 'true' });
  const cell = element('div', { class: 'cell', role: 'columnheader' }, sort, menu, handle);
  const index = (): number => Number(cell.dataset['index']);
  sort.addEventListener('click', event => {
    actions.toggleSort(index(), event.shiftKey);
  });
  menu.addEventListener('click', () => {
    actions.openColumnMenu(index(), menu);
  });
  return cell;
}

interface CellOptions {
  readonly state: GridState;
  readonly window: GridWindow;
  readonly actions: GridActions;
}

function drawCell(cell: HTMLElement, column: ShownColumn, { state, window, actions }: CellOptions): void {
  const head = actions.column(column.index);
  const term = state.sort.findIndex(each => each.column === column.index);
  const direction = state.sort[term]?.isDescending;
  const [sort, menu, handle] = [...cell.children] as HTMLElement[];
  cell.className = `cell${column.isFrozen ? ' frozen' : ''}${state.filtered.has(column.index) ? ' filtered' : ''}`;
  cell.dataset['index'] = String(column.index);
  cell.style.left = `${leftOf(column, window)}px`;
  cell.style.width = `${column.width}px`;
  setAttribute(cell, 'aria-colindex', String(column.position + 2));
  setAttribute(cell, 'aria-sort', direction === undefined ? 'none' : direction ? 'descending' : 'ascending');
  const mark =
    direction === undefined ? '' : ` ${direction ? '▼' : '▲'}${state.sort.length > 1 ? term + 1 : ''}`;
  const [name, type] = [...(sort?.children ?? [])];
  if (name !== undefined) name.textContent = `${head?.name ?? '…'}${mark}`;
  if (type !== undefined) type.textContent = head?.type ?? '';
  if (sort !== undefined) setAttribute(sort, 'title', `${head?.name ?? ''} ${head?.type ?? ''}`);
  if (menu !== undefined) setAttribute(menu, 'aria-label', `Menu of column ${head?.name ?? ''}`);
  if (handle === undefined) return;
  handle.dataset['index'] = String(column.index);
  handle.dataset['width'] = String(column.width);
}
