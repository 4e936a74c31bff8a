import type { ResultColumn, ResultMessage, ResultRow } from '../query/result-messages.ts';
import { byId } from './dom.ts';
import { connectEditor } from './editor-api.ts';

/** All rows have this height, so that the part in view can be computed; results.css says the same. */
const ROW_HEIGHT_PX = 23;
/** Rows drawn above and below what can be seen. */
const MARGIN_ROWS = 20;

const status = byId('status');
const grid = byId('grid');
const head = part('thead');
const body = part('tbody');
let columns: readonly ResultColumn[] = [];
let rows: ResultRow[] = [];
let drawn = { first: -1, count: -1 };

grid.addEventListener('scroll', () => requestAnimationFrame(drawRows), { passive: true });
new ResizeObserver(() => drawRows()).observe(grid);
connectEditor<never, ResultMessage>(show);

function show(message: ResultMessage): void {
  switch (message.kind) {
    case 'started':
      columns = [];
      rows = [];
      grid.hidden = true;
      head.replaceChildren();
      say('Running …');
      break;
    case 'progress':
      say(message.text);
      break;
    case 'columns':
      columns = message.columns;
      grid.hidden = false;
      head.replaceChildren(headRow());
      break;
    case 'rows':
      rows = rows.concat(message.rows);
      break;
    case 'ended':
      say(message.text, message.outcome === 'failed');
      break;
  }
  drawn = { first: -1, count: -1 };
  drawRows();
}

function say(text: string, isFailure = false): void {
  status.textContent = text;
  status.classList.toggle('failed', isFailure);
}

function headRow(): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(cell('th', '#', 'row-number'));
  for (const column of columns) {
    const head = cell('th', '', column.isNumeric ? 'number' : '');
    head.scope = 'col';
    head.append(span('name', column.name), span('type', column.type));
    row.append(head);
  }
  return row;
}

/** Draws the rows in view between two spacers that keep the scroll bar's length. */
function drawRows(): void {
  const first = Math.max(0, Math.floor(grid.scrollTop / ROW_HEIGHT_PX) - MARGIN_ROWS);
  const count = Math.min(rows.length - first, Math.ceil(grid.clientHeight / ROW_HEIGHT_PX) + 2 * MARGIN_ROWS);
  if (first === drawn.first && count === drawn.count) return;
  drawn = { first, count };
  const visible = rows.slice(first, first + count).map((row, index) => dataRow(row, first + index + 1));
  body.replaceChildren(spacer(first), ...visible, spacer(rows.length - first - visible.length));
}

function dataRow(values: ResultRow, number: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(cell('td', String(number), 'row-number'));
  values.forEach((value, index) => {
    const kind = value === null ? 'null' : columns[index]?.isNumeric === true ? 'number' : '';
    const data = cell('td', value ?? 'NULL', kind);
    if (value !== null && value.length > 40) data.title = value.slice(0, 2000);
    row.append(data);
  });
  return row;
}

function spacer(count: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.className = 'space';
  row.setAttribute('aria-hidden', 'true');
  const data = cell('td', '', '');
  data.colSpan = columns.length + 1;
  data.style.height = `${count * ROW_HEIGHT_PX}px`;
  if (count > 0) row.append(data);
  return row;
}

function cell(tag: 'td' | 'th', text: string, className: string): HTMLTableCellElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function span(className: string, text: string): HTMLSpanElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}

function part(tag: 'thead' | 'tbody'): HTMLTableSectionElement {
  const found = grid.querySelector(tag);
  if (found === null) throw new Error(`The page has no ${tag}.`);
  return found;
}
