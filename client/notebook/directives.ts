import { linesOf } from './sql-lines.ts';

/**
 * What comment lines of the form `-- @name value` say about a cell. In the first cell of a notebook the connection
 * directives (`branch`, `tag`, `commit`, `catalog`, `schema`) count for the whole notebook.
 */
export interface Directives {
  readonly reference?: ReferenceDirective;
  readonly catalog?: string;
  readonly schema?: string;
  /** Session properties of Trino, by name. */
  readonly session: Readonly<Record<string, string>>;
  /** Tables that are read as of a snapshot. */
  readonly snapshots: readonly SnapshotDirective[];
  /** Rows to fetch before stopping; overrides the setting. */
  readonly limit?: number;
  /** The chart of the cell's result, as `chartOf` reads it. */
  readonly chart?: string;
}

export interface ReferenceDirective {
  readonly kind: 'branch' | 'tag' | 'commit';
  readonly name: string;
}

/** `-- @snapshot demo.flights 3051729675574597004` */
export interface SnapshotDirective {
  /** As SQL writes it. */
  readonly table: string;
  /** Digits: the id is a 64-bit integer. */
  readonly id: string;
}

// Blanks at the end are cut off afterwards: a pattern that does it takes quadratic time on a line full of them.
const DIRECTIVE = /^[ \t]*--[ \t]*@([a-z]+)[ \t]+(.*)$/;

/** Reads the directives of a cell; lines that are none and names nobody knows mean nothing. */
export function readDirectives(text: string): Directives {
  const session = new Map<string, string>();
  const snapshots: SnapshotDirective[] = [];
  let found: Omit<Directives, 'session' | 'snapshots'> = {};
  for (const line of linesOf(text)) {
    const match = DIRECTIVE.exec(line.text);
    if (match === null) continue;
    const [, name = '', rest = ''] = match;
    const value = rest.trimEnd();
    found = { ...found, ...directiveOf(name, value) };
    const property = name === 'session' ? /^([\w.-]+)\s*=\s*(.*)$/.exec(value) : null;
    const [, table, id] = (name === 'snapshot' ? /^(\S.*)\s(\d{1,19})$/.exec(value) : null) ?? [];
    if (table !== undefined && id !== undefined) snapshots.push({ table: table.trimEnd(), id });
    if (property !== null) session.set(property[1] ?? '', unquoted(property[2] ?? ''));
  }
  return { ...found, session: Object.fromEntries(session), snapshots };
}

function directiveOf(name: string, value: string): Partial<Directives> {
  switch (name) {
    case 'branch':
    case 'tag':
    case 'commit':
      return { reference: { kind: name, name: value } };
    case 'catalog':
    case 'schema':
    case 'chart':
      return { [name]: value };
    case 'limit':
      return /^\d+$/.test(value) ? { limit: Number(value) } : {};
    default:
      return {};
  }
}

function unquoted(value: string): string {
  const match = /^'((?:[^']|'')*)'$/.exec(value);
  return match === null ? value : (match[1] ?? '').replaceAll("''", "'");
}

/** The text with one directive set to a value, or taken away; every other line stays as it is. */
export function writeDirective(text: string, name: string, value: string | undefined): string {
  const lines = linesOf(text);
  const at = lines.findIndex(line => DIRECTIVE.exec(line.text)?.[1] === name);
  const line = value === undefined ? undefined : `-- @${name} ${value}`;
  const old = lines[at];
  if (old !== undefined) {
    const replacement = line === undefined ? '' : line + old.eol;
    return text.slice(0, old.start) + replacement + text.slice(old.end);
  }
  return line === undefined ? text : `${line}\n${text}`;
}
