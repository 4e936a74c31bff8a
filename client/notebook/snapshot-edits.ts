import { parseStatement, relationsOf, type TableReference } from '../../server/sql/index.ts';
import type { SnapshotDirective } from './directives.ts';
import type { TextEdit } from './text-edits.ts';

/** The tables that a statement reads, each once, by the parts of its name as Trino compares them: in lower case. */
export function tablesOf(statement: string): string[][] {
  const names = referencesIn(statement).map(partsOf);
  return names.filter((name, at) => names.findIndex(other => isSameName(other, name)) === at);
}

/**
 * The edits that read some tables of a statement as of a snapshot each. A name counts where its last parts are those of the
 * directive; one that says its version itself is left as it is.
 */
export function snapshotEdits(statement: string, snapshots: readonly SnapshotDirective[]): TextEdit[] {
  if (snapshots.length === 0) return [];
  const references = referencesIn(statement);
  return snapshots.flatMap(({ table, id }) => {
    const wanted = partsOfText(table);
    const found = references.filter(reference => endsWith(wanted, partsOf(reference)));
    return found
      .filter(({ version }) => version === null)
      .map(({ name }) => ({ start: name.end, end: name.end, text: ` FOR VERSION AS OF ${id}` }));
  });
}

function referencesIn(statement: string): TableReference[] {
  return relationsOf(parseStatement(statement).statement);
}

function partsOf({ name }: TableReference): string[] {
  return name.parts.map(part => part.name.toLowerCase());
}

/** The parts of a name as it is written, quotes and all. */
function partsOfText(text: string): string[] {
  const [reference] = referencesIn(`SELECT * FROM ${text}`);
  return reference === undefined ? [text.toLowerCase()] : partsOf(reference);
}

function isSameName(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && endsWith(a, b);
}

/** Whether the shorter of two names is the end of the longer one. */
function endsWith(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(-length).join('\0') === b.slice(-length).join('\0');
}
