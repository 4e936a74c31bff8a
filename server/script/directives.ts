import type { CatalogView } from '../catalog-index/catalog-view.ts';
import type { Connection } from './workspace-session.ts';

const DIRECTIVE = /^[ \t]*--[ \t]*@(branch|tag|commit|catalog|schema)[ \t]+(.*?)[ \t]*$/gm;
/** Directives stand at the head of a document or cell. */
const HEAD_LENGTH = 4_000;

/**
 * What the comment lines `-- @catalog`, `-- @schema`, `-- @branch`, `-- @tag` and `-- @commit` at the head of a text say
 * about where it runs, on top of `base`. A reference stands for the Trino catalog that shows it; a commit that no catalog
 * shows yet leaves the catalog open, so that nothing is called wrong.
 */
export function connectionByDirectives(text: string, base: Connection, view: CatalogView): Connection {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.slice(0, HEAD_LENGTH).matchAll(DIRECTIVE))
    found.set(name, value);
  if (found.size === 0) return base;
  const schema = found.get('schema') ?? base.schema;
  const catalog = found.get('catalog') ?? catalogOfReference(found, base, view);
  return {
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
  };
}

function catalogOfReference(
  found: ReadonlyMap<string, string>,
  base: Connection,
  view: CatalogView,
): string | undefined {
  const commit = found.get('commit');
  if (commit !== undefined) return catalogOfCommit(commit, view);
  const reference = found.get('branch') ?? found.get('tag');
  if (reference === undefined) return base.catalog;
  return view.catalogs().find(catalog => catalog.reference === reference)?.name;
}

/** The catalog of a commit is called after the beginning of its hash. */
function catalogOfCommit(hash: string, view: CatalogView): string | undefined {
  const ending = `_at_${hash.slice(0, 12)}`;
  return hash.length < 12 ? undefined : view.catalogs().find(({ name }) => name.endsWith(ending))?.name;
}
