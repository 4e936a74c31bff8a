import type { PageCell } from '../results/view.ts';
import type { ShownColumn } from './column-layout.ts';
import { element } from './element.ts';
import type { GridActions, GridState } from './grid.ts';
import { type GridWindow, leftOf, pool, ROW_HEIGHT, setAttribute } from './grid-window.ts';
import { rectangleOf } from './selection.ts';

/** Draws the rows in the window. Elements are reused from row to row; each holds one cell per visible column. */
export function drawBody(
  body: HTMLElement,
  state: GridState,
  window: GridWindow,
  actions: GridActions,
): void {
  const first = Math.max(0, Math.floor(window.top / ROW_HEIGHT));
  const count = Math.max(0, Math.min(state.rowCount - first, Math.ceil(window.height / ROW_HEIGHT) + 1));
  const rows = pool(body, count, () => element('div', { class: 'row', role: 'row' }));
  rows.forEach((node, i) => {
    const row = first + i;
    node.style.transform = `translateY(${row * ROW_HEIGHT - window.top}px)`;
    setAttribute(node, 'aria-rowindex', String(row + 2));
    drawRow(node, { row, state, window, actions });
  });
}

interface RowOptions {
  readonly row: number;
  readonly state: GridState;
  readonly window: GridWindow;
  readonly actions: GridActions;
}

function drawRow(node: HTMLElement, { row, window, actions }: RowOptions): void {
  const selected = rectangleOf(window.selection);
  const cells = pool(node, window.columns.length + 1, () => element('div', { role: 'gridcell' }));
  const [gutter, ...rest] = cells;
  if (gutter !== undefined) drawGutter(gutter, row);
  rest.forEach((cell, i) => {
    const column = window.columns[i];
    if (column === undefined) return;
    const position = column.position;
    const isFocus = window.selection.focus.row === row && window.selection.focus.column === position;
    const isSelected =
      row >= selected.top &&
      row <= selected.bottom &&
      position >= selected.left &&
      position <= selected.right;
    drawCell(cell, actions.cell(row, column.index), isNumeric(actions.column(column.index)?.type ?? ''));
    place(cell, column, window);
    cell.classList.toggle('selected', isSelected);
    cell.classList.toggle('focus', isFocus);
    setAttribute(cell, 'aria-selected', isSelected ? 'true' : undefined);
    setAttribute(cell, 'id', isFocus ? `${window.id}-active` : undefined);
    setAttribute(cell, 'aria-colindex', String(position + 2));
    cell.dataset['row'] = String(row);
    cell.dataset['column'] = String(position);
  });
}

function drawGutter(cell: HTMLElement, row: number): void {
  cell.className = 'cell gutter';
  setAttribute(cell, 'role', 'rowheader');
  setAttribute(cell, 'aria-colindex', '1');
  cell.dataset['row'] = String(row);
  setText(cell, (row + 1).toLocaleString('en-US'));
}

function place(cell: HTMLElement, column: ShownColumn, window: GridWindow): void {
  cell.style.left = `${leftOf(column, window)}px`;
  cell.style.width = `${column.width}px`;
  cell.classList.toggle('frozen', column.isFrozen);
}

/** NULL and the empty text look unlike each other, and unlike a text that says NULL. */
function drawCell(cell: HTMLElement, value: PageCell | undefined, isNumber: boolean): void {
  const kind = value === undefined ? 'waiting' : value === null ? 'null' : value === '' ? 'empty' : 'value';
  cell.className = `cell ${kind}${isNumber ? ' number' : ''}`;
  if (value === undefined) setText(cell, '');
  else if (value === null) setText(cell, 'NULL');
  else if (value === '') setText(cell, '(empty)');
  else if (typeof value === 'string') setText(cell, visible(value));
  else setText(cell, `${visible(value.text)}… (${value.length.toLocaleString('en-US')})`);
}

/** Line ends and tabs as signs: a cell is one line. */
function visible(text: string): string {
  return /[\r\n\t]/.test(text) ? text.replaceAll(/\r\n|\r|\n/g, '↵').replaceAll('\t', '→') : text;
}

function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function isNumeric(type: string): boolean {
  return /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type);
}
