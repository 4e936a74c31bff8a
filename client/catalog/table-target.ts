import { type ContentKey, getContents, type TableContent } from '../../catalog/nessie.ts';
import type { QualifiedName } from '../../catalog/trino/table-sql.ts';
import { namespaceToSchema } from '../../catalog/trino/quote.ts';
import { ActionableError } from '../errors.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { type CatalogNode, isCatalogNode } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { referenceNow } from './pick-reference.ts';

/** What the commands for tables share. */
export interface TableCommandsInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  /** The catalog; throws an error with the right button when there is none. */
  readonly source: () => CatalogSource;
}

/** A table or view, perhaps as of one of its snapshots, perhaps one of its columns. */
export interface TableTarget {
  readonly ref: string;
  readonly key: ContentKey;
  readonly snapshotId?: bigint;
  readonly column?: string;
}

/** The table of a command's argument. Throws an ActionableError where the argument is none, as from the palette. */
export function requireTable(node: unknown): TableTarget {
  if (isCatalogNode(node)) {
    const target = targetOf(node);
    if (target !== undefined) return target;
  }
  throw new ActionableError('Choose a table in the view Catalog: this is done from its context menu.');
}

function targetOf(node: CatalogNode): TableTarget | undefined {
  if (node.kind === 'leaf') return { ref: node.ref, key: node.key };
  if (node.kind !== 'line') return undefined;
  if (node.snapshotId !== undefined) return { ref: node.ref, key: node.key, snapshotId: node.snapshotId };
  return node.group === 'columns' ? { ref: node.ref, key: node.key, column: node.label } : undefined;
}

/** The branch of a table that is to be changed, as it stands now. Throws an ActionableError for a tag. */
export async function requireBranch(browser: CatalogBrowser, ref: string): Promise<BrowsedReference> {
  const reference = await referenceNow(browser, ref);
  if (reference.type === 'BRANCH') return reference;
  throw new ActionableError(`${ref} is a tag, and a tag never changes.`);
}

/** A table's entry at a reference. Throws an ActionableError where it is gone or no table. */
export async function readTableContent(
  from: CatalogSource,
  { name, hash }: Pick<BrowsedReference, 'name' | 'hash'>,
  key: ContentKey,
): Promise<TableContent> {
  const { items } = await getContents(from.nessie, { name, hash }, { keys: [key] });
  const content = items[0]?.content;
  if (content?.type === 'ICEBERG_TABLE') return content;
  throw new ActionableError(`There is no table ${key.join('.')} on ${name} any more.`);
}

/** The table's name in the Trino catalog of its branch or tag, which is made when it is needed. */
export async function trinoNameOf(
  { session, source }: TableCommandsInput,
  { ref, key }: TableTarget,
): Promise<QualifiedName> {
  const catalog = await openTrinoCatalog(session, source(), { kind: 'reference', name: ref });
  return [catalog, namespaceToSchema(key.slice(0, -1)), key.at(-1) ?? ''];
}
