import type { SearchOptions, SearchResult, TablePath } from './catalog-view.ts';
import { BestMatches, fuzzyScore, letterMask } from './fuzzy.ts';
import { findSchema, type NameTable, schemaName, schemaOfTable, tableName } from './name-table.ts';

const PREFERRED_SCHEMA_BONUS = 50;
/** How many tables one catalog may have in the index of matches. */
const CATALOG_STRIDE = 2 ** 24;

/** The best so many tables of some catalogs for what was typed; each catalog's names are filtered by letters first. */
export function searchNames(
  catalogs: readonly { readonly name: string; readonly names: NameTable }[],
  typed: string,
  options: SearchOptions,
): SearchResult {
  const pattern = typed.toLowerCase();
  const best = new BestMatches(options.limit);
  catalogs.forEach(({ name, names }, number) => {
    if (options.catalog !== undefined && options.catalog !== name) return;
    offerTables(names, best, { pattern, offset: number * CATALOG_STRIDE, ...rangeOf(name, names, options) });
  });
  const tables = best.sorted().flatMap(({ index, score }) => {
    const catalog = catalogs[Math.floor(index / CATALOG_STRIDE)];
    if (catalog === undefined) return [];
    const at = index % CATALOG_STRIDE;
    return [{ ...pathOf(catalog, at), isView: catalog.names.isView[at] === 1, score }];
  });
  return { tables, isCut: best.isCut };
}

interface OfferRange {
  readonly pattern: string;
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  readonly preferFrom: number;
  readonly preferTo: number;
}

function offerTables(names: NameTable, best: BestMatches, range: OfferRange): void {
  const { pattern, offset, preferFrom, preferTo } = range;
  if (pattern === '') {
    offerFirst(best, range);
    return;
  }
  const mask = letterMask(pattern);
  for (let i = range.from; i < range.to; i++) {
    const id = names.tables[i] ?? 0;
    if (((names.masks[id] ?? 0) & mask) >>> 0 !== mask) continue;
    const score = fuzzyScore(pattern, names.strings[id] ?? '');
    if (score === 0) continue;
    best.offer(offset + i, i >= preferFrom && i < preferTo ? score + PREFERRED_SCHEMA_BONUS : score);
  }
}

/** Without a letter every name is as good as another: the preferred schema's, then the first ones, and no further. */
function offerFirst(best: BestMatches, { offset, from, to, preferFrom, preferTo }: OfferRange): void {
  for (let i = Math.max(from, preferFrom); i < Math.min(to, preferTo); i++) {
    best.offer(offset + i, 1 + PREFERRED_SCHEMA_BONUS);
  }
  for (let i = from; i < to && !best.isCut; i++) {
    if (i < preferFrom || i >= preferTo) best.offer(offset + i, 1);
  }
}

function rangeOf(
  catalog: string,
  names: NameTable,
  options: SearchOptions,
): Pick<OfferRange, 'from' | 'to' | 'preferFrom' | 'preferTo'> {
  const whole = { from: 0, to: names.tables.length };
  const { preferSchema } = options;
  const preferred =
    preferSchema?.catalog === catalog ? schemaRange(names, preferSchema.schema) : { from: 0, to: 0 };
  const { from, to } = options.schema === undefined ? whole : schemaRange(names, options.schema);
  return { from, to, preferFrom: preferred.from, preferTo: preferred.to };
}

function schemaRange(names: NameTable, schema: string): { from: number; to: number } {
  const index = findSchema(names, schema);
  if (index < 0) return { from: 0, to: 0 };
  return { from: names.firstTable[index] ?? 0, to: names.firstTable[index + 1] ?? 0 };
}

function pathOf(catalog: { readonly name: string; readonly names: NameTable }, index: number): TablePath {
  const schema = schemaName(catalog.names, schemaOfTable(catalog.names, index));
  return { catalog: catalog.name, schema, table: tableName(catalog.names, index) };
}
