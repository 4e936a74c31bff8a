/** What a `-- %%` line says: the start of a cell, in plain SQL a comment. */
export interface Marker {
  readonly kind: CellKind;
  /** The name by which later cells may use this one as a common table expression. */
  readonly name?: string;
}

export type CellKind = 'code' | 'markdown';

/** Matches one marker line without its line end. A line inside a string literal that looks like one counts as one. */
const MARKER = /^[ \t]*--[ \t]*%%(?:[ \t]+(.*))?[ \t]*$/;
const NAME = /(?:^|[ \t])name=("(?:[^"]|"")*"|[^\s"]+)/;
const BARE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const EMPTY = /^[ \t]*--[ \t]*%%[ \t]+\[empty\][ \t]*$/i;

/** The line that stands for an empty cell in a file whose other cells are its statements. */
export const EMPTY_MARKER = '-- %% [empty]';

/** Whether a line is that one. It borders no other cell, so the file needs no further markers. */
export function isEmptyMarker(line: string): boolean {
  return EMPTY.test(line);
}

/** The marker that a line is, or undefined. */
export function parseMarker(line: string): Marker | undefined {
  const match = MARKER.exec(line);
  if (match === null || EMPTY.test(line)) return undefined;
  const rest = match[1] ?? '';
  const kind: CellKind = /^\[(markdown|md)\]/i.test(rest) ? 'markdown' : 'code';
  const name = NAME.exec(rest)?.[1];
  if (name === undefined) return { kind };
  return { kind, name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name };
}

/** The marker line, without a line end, that `parseMarker` reads back. */
export function formatMarker({ kind, name }: Marker): string {
  const tag = kind === 'markdown' ? ' [markdown]' : '';
  if (name === undefined || name === '') return `-- %%${tag}`;
  return `-- %%${tag} name=${BARE_NAME.test(name) ? name : `"${name.replaceAll('"', '""')}"`}`;
}

/** The given marker line with another kind or name, everything else on it as it was. */
export function changeMarker(line: string, to: Marker): string {
  const from = parseMarker(line);
  if (from === undefined || from.kind !== to.kind) return formatMarker(to);
  if (from.name === to.name) return line;
  const name = to.name === undefined || to.name === '' ? '' : formatMarker(to).replace(/^.*?name=/, 'name=');
  if (from.name !== undefined) return line.replace(NAME, name === '' ? '' : ` ${name}`);
  return name === '' ? line : `${line.trimEnd()} ${name}`;
}
