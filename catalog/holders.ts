import { mapConcurrently } from './concurrent.ts';
import {
  type ContentKey,
  getConfig,
  getContents,
  getReference,
  listDiff,
  listReferences,
  type NessieConnection,
  type Reference,
  type TableContent,
} from './nessie.ts';

/** A reference on which a table is found: under its own name, or under another one that it was given there. */
export interface TableHolder {
  readonly reference: Reference;
  readonly key: ContentKey;
  readonly content: TableContent;
}

/** The table that is asked about, as one reference shows it. */
export interface HeldTable {
  readonly reference: Reference;
  readonly key: ContentKey;
  readonly content: TableContent;
}

/**
 * Every other branch and tag that holds the table; the same table is told by its content id, which survives renames. Nessie
 * gives ids, so a table under another name is looked for only where the two references have a past in common: whatever else
 * brings a table onto a branch, a transplant, keeps its name.
 */
export async function findHolders(
  nessie: NessieConnection,
  table: HeldTable,
  signal?: AbortSignal,
): Promise<TableHolder[]> {
  const others: Reference[] = [];
  for await (const reference of listReferences(nessie, { signal })) {
    if (reference.name !== table.reference.name) others.push(reference);
  }
  const isRelated = relationToDefault(nessie, signal);
  const found = await mapConcurrently(others, 4, async reference =>
    findOn(nessie, { table, reference, signal, isRelated }),
  );
  return found.filter(holder => holder !== undefined);
}

interface Search {
  readonly table: HeldTable;
  readonly reference: Reference;
  readonly signal: AbortSignal | undefined;
  readonly isRelated: Relation;
}

async function findOn(nessie: NessieConnection, search: Search): Promise<TableHolder | undefined> {
  const { table, reference, signal, isRelated } = search;
  if (reference.hash === table.reference.hash) return { reference, key: table.key, content: table.content };
  const options = signal === undefined ? {} : { signal };
  const { items } = await getContents(nessie, reference, { keys: [table.key], ...options });
  const content = items[0]?.content;
  if (content?.type === 'ICEBERG_TABLE' && content.id === table.content.id)
    return { reference, key: table.key, content };
  if ((await isRelated(table.reference)) && !(await isRelated(reference))) return undefined;
  // Under another name it is a key that differs between the two references.
  for await (const { key, to } of listDiff(nessie, { from: table.reference, to: reference }, options)) {
    if (to?.type === 'ICEBERG_TABLE' && to.id === table.content.id) return { reference, key, content: to };
  }
  return undefined;
}

/** Whether a reference has commits in common with the default branch; true where Nessie does not tell, as for tags. */
type Relation = (reference: Reference) => Promise<boolean>;

function relationToDefault(nessie: NessieConnection, signal: AbortSignal | undefined): Relation {
  const known = new Map<string, Promise<boolean>>();
  const options = signal === undefined ? {} : { signal };
  const config = getConfig(nessie, signal);
  const ask = async ({ name, type }: Reference): Promise<boolean> => {
    const { defaultBranch, noAncestorHash } = await config;
    if (type === 'TAG' || name === '' || name === defaultBranch) return true;
    const { metadata } = await getReference(nessie, name, { ...options, withMetadata: true });
    return metadata?.commonAncestorHash !== undefined && metadata.commonAncestorHash !== noAncestorHash;
  };
  return async reference => {
    const found = known.get(reference.name) ?? ask(reference);
    known.set(reference.name, found);
    return found;
  };
}
