import type { TrinoColumn, TrinoRow } from '../../catalog/trino/client.ts';
import { displayWidth, escapeControls } from './display-width.ts';
import { isNumericType, valueText } from '../../catalog/trino/value-text.ts';
import { uniqueNames, valueToJson } from './value-json.ts';

/** The ways in which a result can be printed. */
export const OUTPUT_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Turns the rows of one result into text, piece by piece, so that results of any size pass through. */
export interface ResultWriter {
  /** Text that can be printed now; may be empty while the writer still looks at the widths. */
  rows(rows: readonly TrinoRow[]): string;
  /** What remains, after the last row. */
  end(): string;
}

export function createResultWriter(format: OutputFormat, columns: readonly TrinoColumn[]): ResultWriter {
  switch (format) {
    case 'table':
      return tableWriter(columns);
    case 'csv':
      return csvWriter(columns);
    case 'json':
      return jsonWriter(columns);
    case 'ndjson':
      return { rows: rows => rows.map(row => `${jsonObject(columns, row)}\n`).join(''), end: () => '' };
  }
}

/** So many rows decide the widths of an aligned table; later, wider values push their line out. */
const ROWS_FOR_WIDTHS = 1000;

function tableWriter(columns: readonly TrinoColumn[]): ResultWriter {
  const names = columns.map(column => escapeControls(column.name));
  const waiting: string[][] = [];
  let widths: readonly number[] | undefined;
  let count = 0;
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, index) => pad(cell, widths?.[index] ?? 0, columns[index])).join(' │ ')}`.trimEnd() +
    '\n';
  const begin = (): string => {
    widths = names.map((name, index) =>
      Math.max(displayWidth(name), ...waiting.map(cells => displayWidth(cells[index] ?? ''))),
    );
    const rule = `${widths.map(width => '─'.repeat(width)).join('─┼─')}\n`;
    return (
      ` ${line(names)}─${rule}` +
      waiting
        .splice(0)
        .map(cells => ` ${line(cells)}`)
        .join('')
    );
  };
  return {
    rows: rows => {
      count += rows.length;
      const cells = rows.map(row =>
        columns.map((column, index) => escapeControls(valueText(row[index] ?? null, column.type) ?? 'NULL')),
      );
      if (widths !== undefined) return cells.map(item => ` ${line(item)}`).join('');
      waiting.push(...cells);
      return waiting.length < ROWS_FOR_WIDTHS ? '' : begin();
    },
    end: () => `${widths === undefined ? begin() : ''}(${count} ${count === 1 ? 'row' : 'rows'})\n`,
  };
}

/** RFC 4180, with a header. NULL is nothing at all; an empty text is a pair of quotes. */
function csvWriter(columns: readonly TrinoColumn[]): ResultWriter {
  let isBegun = false;
  const begin = (): string => {
    if (isBegun) return '';
    isBegun = true;
    return `${columns.map(column => csvField(column.name)).join(',')}\r\n`;
  };
  const line = (row: TrinoRow): string =>
    `${columns.map((column, index) => (row[index] == null ? '' : csvField(valueText(row[index], column.type) ?? ''))).join(',')}\r\n`;
  return { rows: rows => begin() + rows.map(line).join(''), end: begin };
}

function jsonWriter(columns: readonly TrinoColumn[]): ResultWriter {
  let isBegun = false;
  return {
    rows: rows => {
      const text = rows
        .map((row, index) => `${isBegun || index > 0 ? ',' : '['}\n${jsonObject(columns, row)}`)
        .join('');
      isBegun ||= rows.length > 0;
      return text;
    },
    end: () => (isBegun ? '\n]\n' : '[]\n'),
  };
}

function jsonObject(columns: readonly TrinoColumn[], row: TrinoRow): string {
  const names = uniqueNames(columns.map(column => column.name));
  const members = columns.map(
    (column, index) => `${JSON.stringify(names[index])}:${valueToJson(column.type, row[index] ?? null)}`,
  );
  return `{${members.join(',')}}`;
}

function csvField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function pad(cell: string, width: number, column: TrinoColumn | undefined): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return column !== undefined && isNumericType(column.type) ? space + cell : cell + space;
}
