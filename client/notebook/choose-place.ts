import { type QuickPickItem, window } from 'vscode';
import type { TableReader } from '../catalog/reading/reader.ts';
import { pickLoaded } from './pick-loaded.ts';

/** What a person wants to change about where a file runs. */
export type PlacePart = 'reference' | 'catalog' | 'schema';

/** Lets a person choose which part of the connection to change; each line says what it is now. */
export async function choosePart(
  title: string,
  now: Readonly<Record<PlacePart, string>>,
): Promise<PlacePart | undefined> {
  const items: (QuickPickItem & { readonly part: PlacePart })[] = [
    { label: '$(git-branch) Branch, Tag or Commit', description: now.reference, part: 'reference' },
    { label: '$(database) Catalog', description: now.catalog, part: 'catalog' },
    { label: '$(symbol-namespace) Schema', description: now.schema, part: 'schema' },
  ];
  return (await window.showQuickPick(items, { title, placeHolder: 'Change what?' }))?.part;
}

const NONE = '$(close) None';

/** Lets a person choose a catalog of Trino; `undefined` inside means the one of the branch, outside that they gave up. */
export async function chooseCatalog(
  reader: TableReader,
): Promise<{ readonly name: string | undefined } | undefined> {
  const names = listNames(reader, 'SHOW CATALOGS');
  return chooseName(names, { title: 'Catalog of this file', none: 'the catalog of the branch' });
}

/** The same for a schema of a catalog. */
export async function chooseSchema(
  reader: TableReader,
  catalog: string,
): Promise<{ readonly name: string | undefined } | undefined> {
  const { quoteIdentifier } = await import('../../catalog/trino/quote.ts');
  const names = listNames(reader, `SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`);
  return chooseName(names, { title: `Schema of ${catalog}`, none: 'every table is named with its schema' });
}

async function chooseName(
  names: Promise<readonly string[]>,
  { title, none }: { readonly title: string; readonly none: string },
): Promise<{ readonly name: string | undefined } | undefined> {
  const items = names.then(found => [{ label: NONE, description: none }, ...found.map(label => ({ label }))]);
  const picked = await pickLoaded(items, { title, placeHolder: 'Type to search' });
  if (picked === undefined) return undefined;
  return { name: picked.label === NONE ? undefined : picked.label };
}

async function listNames(reader: TableReader, sql: string): Promise<readonly string[]> {
  return reader.call('names', { sql });
}
