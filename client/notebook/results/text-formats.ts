import { quoteIdentifier, quoteLiteral, quoteString } from '../../../catalog/trino/quote.ts';
import type { ResultColumn } from './result-store.ts';
import { isNested, orderingOf, parseTrinoType, storageOf, type TrinoType } from './trino-type.ts';

/** One row as exact texts, null for NULL. */
export type TextRow = readonly (string | null)[];

/** Writes rows as text, piece by piece, so that no result is too large. */
export interface TextFormat {
  readonly start: string;
  row(row: TextRow, index: number): string;
  /** What closes the text after `rows` rows. */
  end(rows: number): string;
}

export interface FormatOptions {
  readonly columns: readonly ResultColumn[];
  readonly withHeader: boolean;
  /** The table of INSERT statements. */
  readonly table?: string;
}

export type TextFormatName =
  'CSV' | 'TSV' | 'JSON' | 'NDJSON' | 'Markdown' | 'HTML' | 'INSERT' | 'IN list' | 'rows';

/** A format for rows of these columns. */
export function createTextFormat(name: TextFormatName, options: FormatOptions): TextFormat {
  switch (name) {
    case 'CSV':
      return separated(options, ',');
    case 'TSV':
      return separated(options, '\t');
    case 'JSON':
      return json(options, false);
    case 'NDJSON':
      return json(options, true);
    case 'Markdown':
      return markdown(options);
    case 'HTML':
      return html(options);
    case 'INSERT':
      return inserts(options);
    case 'IN list':
      return inList(options);
    case 'rows':
      return rowArrays();
  }
}

/** RFC 4180 with `\n`. NULL is nothing between the separators, the empty text is two quotes. */
function separated({ columns, withHeader }: FormatOptions, separator: ',' | '\t'): TextFormat {
  const arePlain = columns.map(column => isPlain(parseTrinoType(column.type)));
  const names = columns.map(column => separatedField(column.name, separator));
  return {
    start: withHeader ? `${names.join(separator)}\n` : '',
    row: row => {
      let line = '';
      for (let i = 0; i < row.length; i++) {
        const text = row[i] ?? null;
        if (i > 0) line += separator;
        if (text !== null) line += arePlain[i] === true ? text : separatedField(text, separator);
      }
      return `${line}\n`;
    },
    end: () => '',
  };
}

const SPECIAL = { ',': /[",\r\n]/, '\t': /["\t\r\n]/ } as const;

/** A text as one field, in quotes where it is empty or has a quote, the separator or a line end in it. */
export function separatedField(text: string, separator: ',' | '\t'): string {
  return text === '' || SPECIAL[separator].test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether no value of a type is written with a quote, a separator or a line end: then nobody has to look for them. */
export function isPlain(type: TrinoType): boolean {
  const ordering = orderingOf(type);
  return ordering === 'number' || ordering === 'decimal' || ordering === 'time';
}

/** An array of objects, or with `isLines` one object a line. */
function json({ columns }: FormatOptions, isLines: boolean): TextFormat {
  const keys = uniqueNames(columns.map(column => column.name)).map(name => `${JSON.stringify(name)}: `);
  const values = columns.map(column => jsonValue(parseTrinoType(column.type)));
  return {
    start: isLines ? '' : '[',
    row: (row, index) => {
      const members = row.map((text, i) => `${keys[i] ?? ''}${values[i]?.(text) ?? 'null'}`);
      const object = `{${members.join(', ')}}`;
      return isLines ? `${object}\n` : `${index === 0 ? '' : ','}\n  ${object}`;
    },
    end: () => (isLines ? '' : '\n]\n'),
  };
}

/** JSON arrays of the exact texts, for programs of our own. */
function rowArrays(): TextFormat {
  return {
    start: '[',
    row: (row, index) => `${index === 0 ? '' : ','}${JSON.stringify(row)}`,
    end: () => ']',
  };
}

/** Numbers go in with all their digits; what JSON has no number for goes in as text. */
function jsonValue(type: TrinoType): (text: string | null) => string {
  const isRaw = /^(boolean|tinyint|smallint|integer|bigint|real|double|decimal)$/.test(type.base);
  const isJson = isNested(type) || type.base === 'json';
  return text => {
    if (text === null) return 'null';
    if (isJson || (isRaw && !/^-?(NaN|Infinity)$/.test(text))) return text;
    return JSON.stringify(text);
  };
}

function markdown({ columns }: FormatOptions): TextFormat {
  const field = (text: string | null): string =>
    text === null
      ? ''
      : text
          .replaceAll('\\', '\\\\')
          .replaceAll('|', '\\|')
          .replaceAll(/\r\n|\r|\n/g, '<br>');
  const line = (texts: TextRow): string => `| ${texts.map(field).join(' | ')} |\n`;
  const rule = columns.map(({ type }) => (isNumber(type) ? '---:' : '---'));
  return { start: line(columns.map(column => column.name)) + line(rule), row: line, end: () => '' };
}

function html({ columns }: FormatOptions): TextFormat {
  const cells = (tag: string, texts: TextRow): string =>
    texts
      .map((text, i) => {
        const style = isNumber(columns[i]?.type ?? '') ? ' class="number"' : '';
        return text === null
          ? `<${tag} class="null">NULL</${tag}>`
          : `<${tag}${style}>${escapeHtml(text)}</${tag}>`;
      })
      .join('');
  return {
    start: `<table>\n<thead><tr>${cells(
      'th',
      columns.map(column => column.name),
    )}</tr></thead>\n<tbody>\n`,
    row: row => `<tr>${cells('td', row)}</tr>\n`,
    end: () => '</tbody>\n</table>\n',
  };
}

/** Text that is safe between tags and in attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, char => entities[char] ?? char);
}

const ROWS_PER_INSERT = 500;

function inserts({ columns, table = 'table_name' }: FormatOptions): TextFormat {
  const names = columns.map(column => quoteIdentifier(column.name)).join(', ');
  const head = `INSERT INTO ${table} (${names}) VALUES\n`;
  const literals = columns.map(column => literalOf(column.type));
  return {
    start: '',
    row: (row, index) => {
      const values = row.map((text, i) => literals[i]?.(text) ?? 'NULL').join(', ');
      const isFirst = index % ROWS_PER_INSERT === 0;
      return `${index === 0 ? '' : isFirst ? ';\n\n' : ',\n'}${isFirst ? head : ''}  (${values})`;
    },
    end: rows => (rows === 0 ? '' : ';\n'),
  };
}

/** The values of all columns, each once; NULL is left out, as IN never finds it. */
function inList({ columns }: FormatOptions): TextFormat {
  const literals = columns.map(column => literalOf(column.type));
  const seen = new Set<string>();
  return {
    start: '(',
    row: row => {
      const fresh = row.flatMap((text, i) => {
        const literal = text === null ? undefined : literals[i]?.(text);
        return literal === undefined || seen.has(literal) ? [] : [literal];
      });
      const before = seen.size > 0 && fresh.length > 0 ? ', ' : '';
      for (const literal of fresh) seen.add(literal);
      return before + fresh.join(', ');
    },
    end: () => ')',
  };
}

/** A literal that gives the value back with its own type. */
function literalOf(signature: string): (text: string | null) => string {
  const type = parseTrinoType(signature);
  return text => (text === null ? 'NULL' : presentLiteral(text, { type, signature }));
}

function presentLiteral(
  text: string,
  { type, signature }: { readonly type: TrinoType; readonly signature: string },
): string {
  switch (type.base) {
    case 'boolean':
      return text;
    case 'tinyint':
    case 'smallint':
    case 'integer':
      return quoteLiteral(Number(text));
    case 'bigint':
      return text;
    case 'real':
    case 'double':
      return type.base === 'real'
        ? `CAST(${quoteLiteral(Number(text))} AS real)`
        : quoteLiteral(Number(text));
    case 'varchar':
      return quoteString(text);
    case 'geometry':
      return `ST_GeometryFromText(${quoteString(text)})`;
    case 'sphericalgeography':
      return `to_spherical_geography(ST_GeometryFromText(${quoteString(text)}))`;
    case 'color':
      return colourLiteral(text);
    case 'interval day to second':
    case 'interval year to month':
      return intervalLiteral(text, type.base);
    case 'decimal':
    case 'date':
    case 'json':
      return `${type.base.toUpperCase()} ${quoteString(text)}`;
    default:
      if (storageOf(type) === 'binary') {
        const bytes = quoteLiteral(Buffer.from(text.slice(2), 'hex'));
        return type.base === 'varbinary' ? bytes : `CAST(${bytes} AS ${signature})`;
      }
      if (isNested(type)) return `CAST(JSON ${quoteString(text)} AS ${signature})`;
      if (/^time/.test(type.base))
        return `${type.base.startsWith('timestamp') ? 'TIMESTAMP' : 'TIME'} ${quoteString(text)}`;
      return `CAST(${quoteString(text)} AS ${signature})`;
  }
}

/** `red`, or `#ff0000`, which Trino's `color` does not take. */
function colourLiteral(text: string): string {
  const parts = /^#(..)(..)(..)$/.exec(text)?.slice(1);
  if (parts === undefined) return `color(${quoteString(text)})`;
  return `rgb(${parts.map(part => parseInt(part, 16)).join(', ')})`;
}

/** The sign stands in front of the text, as the standard has it. */
function intervalLiteral(text: string, base: string): string {
  const isNegative = text.startsWith('-');
  const fields = base.slice('interval '.length).toUpperCase();
  return `INTERVAL ${isNegative ? '-' : ''}${quoteString(isNegative ? text.slice(1) : text)} ${fields}`;
}

function isNumber(type: string): boolean {
  return /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type);
}

/** The names with a number behind the ones that were there before: keys of an object must differ. */
function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map(name => {
    let unique = name;
    for (let i = 2; used.has(unique); i++) unique = `${name}_${i}`;
    used.add(unique);
    return unique;
  });
}
