import type {
  CatalogEntry,
  CatalogView,
  SearchOptions,
  TableEntry,
  TableLookup,
  TablePath,
} from './catalog-view.ts';
import { CACHE_FORMAT, CatalogNames, isCachedCatalogs, type NameCache } from './catalog-names.ts';
import { DetailStore } from './detail-store.ts';
import { searchNames } from './name-search.ts';
import { findSchema, findTable, schemaName, tableName } from './name-table.ts';
import { type Clock, RequestQueue } from './request-queue.ts';
import type { CatalogSource, SourceCatalog, SourceReference, TableKey } from './source.ts';

export interface CatalogIndexOptions {
  readonly source: CatalogSource;
  /** Keeps names between two starts; without it every start reads them anew. */
  readonly cache?: NameCache;
  readonly clock: Clock;
  readonly log: (text: string) => void;
  /** Called after anything changed that a view shows. */
  readonly onChange: () => void;
  readonly pollMs?: number;
}

const POLL_MS = 30_000;
const REQUESTS_IN_FLIGHT = 4;
const DETAILS_PER_REQUEST = 50;

/**
 * The names and columns of all catalogs, in memory. It polls in the background and answers at once from what it has:
 * nothing here waits for the source.
 */
export class CatalogIndex {
  private readonly options: CatalogIndexOptions;
  private readonly queue: RequestQueue;
  private readonly details = new DetailStore();
  /** Tables whose columns are being asked for. */
  private readonly loading = new Set<string>();
  private readonly wanted = new Map<string, Map<string, TableKey>>();
  private catalogs: CatalogNames[] = [];
  private references: readonly SourceReference[] = [];
  private version = 1;
  private cancelTimer: (() => void) | undefined;
  /** The lazy catalogs that somebody has looked at. */
  private readonly lookedAt = new Set<string>();
  private isFlushing = false;
  private isDisposed = false;

  constructor(options: CatalogIndexOptions) {
    this.options = options;
    this.queue = new RequestQueue({
      clock: options.clock,
      limit: REQUESTS_IN_FLIGHT,
      onFailure: (what, error) =>
        options.log(`${what}: ${error instanceof Error ? error.message : 'failed'}`),
    });
  }

  /** Begins to follow the source. What the last run knew is there without waiting for the source. */
  start(): void {
    void this.restore();
    this.refresh();
    this.schedule();
  }

  /** Asks the source now what is new: on focus, and after a statement that changed a table. */
  refresh(): void {
    this.queue.add('list the catalogs', async signal => {
      const { source, cache } = this.options;
      const catalogs = await source.catalogs(signal);
      this.setCatalogs(catalogs);
      for (const catalog of this.catalogs) if (this.isRead(catalog)) this.refreshCatalog(catalog);
      await cache?.write(this.cacheKey(), { format: CACHE_FORMAT, catalogs });
    });
    this.queue.add('list the references', async signal => {
      const references = await this.options.source.references(signal);
      if (JSON.stringify(references) === JSON.stringify(this.references)) return;
      this.references = references;
      this.changed();
    });
  }

  /** What is known now. Cheap; asks in the background for what a reader missed. */
  view(): CatalogView {
    const find = (name: string): CatalogNames | undefined => this.find(name);
    return {
      version: this.version,
      catalogs: () => this.catalogs.map(catalog => entryOf(catalog.catalog)),
      areSchemasKnown: name => find(name)?.areSchemasKnown ?? false,
      schemas: name => schemasOf(find(name)),
      tables: (name, schema) => this.tablesOf(find(name), schema),
      lookup: path => this.lookup(path),
      stamp: path => this.stamp(path),
      peek: ({ catalog, schema, table }) =>
        this.details.peek(detailKey(find(catalog)?.catalog.name ?? '', { schema, name: table })),
      search: (pattern, options) =>
        searchNames(
          this.searched(options).map(({ catalog, names }) => ({ name: catalog.name, names })),
          pattern,
          options,
        ),
      references: () => this.references,
    };
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancelTimer?.();
    this.queue.dispose();
  }

  private async restore(): Promise<void> {
    const { cache, log } = this.options;
    try {
      const cached = await cache?.read(this.cacheKey());
      if (isCachedCatalogs(cached) && this.catalogs.length === 0) this.setCatalogs(cached.catalogs);
      const read = this.catalogs.filter(catalog => this.isRead(catalog));
      const restored = await Promise.all(read.map(catalog => catalog.restore()));
      if (restored.includes(true)) this.changed();
    } catch (error) {
      log(`read the names of the last run: ${error instanceof Error ? error.message : 'failed'}`);
    }
  }

  private cacheKey(): string {
    return JSON.stringify([this.options.source.id, 'catalogs']);
  }

  private schedule(): void {
    this.cancelTimer = this.options.clock.after(this.options.pollMs ?? POLL_MS, () => {
      this.refresh();
      this.schedule();
    });
  }

  private setCatalogs(listed: readonly SourceCatalog[]): void {
    const before = this.catalogs;
    this.catalogs = listed.map(
      catalog => before.find(known => known.isSame(catalog)) ?? this.createNames(catalog),
    );
    const isSame =
      before.length === this.catalogs.length && before.every((known, i) => known === this.catalogs[i]);
    if (!isSame) this.changed();
  }

  private createNames(catalog: SourceCatalog): CatalogNames {
    const { source, cache, clock } = this.options;
    return new CatalogNames({ catalog, source, cache, clock });
  }

  private refreshCatalog(names: CatalogNames): void {
    const { name } = names.catalog;
    this.queue.add(`read the names of catalog ${name}`, async signal => {
      await names.refresh(signal, changes => {
        for (const key of changes)
          this.details.forget(key === '' ? `${name}\0` : `${name}\0${key.toLowerCase()}`);
        this.changed();
      });
    });
  }

  private find(name: string): CatalogNames | undefined {
    const wanted = name.toLowerCase();
    const found = this.catalogs.find(({ catalog }) => catalog.name.toLowerCase() === wanted);
    if (found !== undefined && !this.isRead(found)) {
      this.lookedAt.add(found.catalog.name);
      this.refreshCatalog(found);
    }
    return found;
  }

  /** Whether the names of a catalog are kept up to date. */
  private isRead({ catalog }: CatalogNames): boolean {
    return catalog.isLazy !== true || this.lookedAt.has(catalog.name);
  }

  private searched({ catalog, sessionCatalog }: SearchOptions): CatalogNames[] {
    const named = [catalog, sessionCatalog].map(name => (name === undefined ? name : this.find(name)));
    return this.catalogs.filter(names => names.catalog.isLazy !== true || named.includes(names));
  }

  private tablesOf(names: CatalogNames | undefined, schema: string): TableEntry[] | undefined {
    if (names === undefined) return undefined;
    const index = findSchema(names.names, schema);
    if (index < 0) return undefined;
    if (!names.areTablesKnown(schema)) {
      this.wantTables(names, schemaName(names.names, index));
      return undefined;
    }
    const entries: TableEntry[] = [];
    const end = names.names.firstTable[index + 1] ?? 0;
    for (let i = names.names.firstTable[index] ?? 0; i < end; i++) {
      entries.push({ name: tableName(names.names, i), isView: names.names.isView[i] === 1 });
    }
    return entries;
  }

  private lookup(path: TablePath): TableLookup {
    const found = this.locate(path);
    return typeof found === 'string'
      ? { state: found }
      : this.present(found.names, found.schema, found.table);
  }

  private stamp(path: TablePath): string {
    const found = this.locate(path);
    if (typeof found === 'string') return found;
    const key = this.keyOf(found.names, found.schema, found.table);
    const stamp = this.details.stamp(detailKey(found.names.catalog.name, key));
    if (stamp === undefined) this.wantDetails(found.names, key);
    return stamp ?? 'present';
  }

  /** Where a table stands among the names, or why it does not. */
  private locate({ catalog, schema, table }: TablePath): 'unknown' | 'absent' | Located {
    const names = this.find(catalog);
    if (names === undefined || !names.areSchemasKnown) return 'unknown';
    const schemaIndex = findSchema(names.names, schema);
    if (schemaIndex < 0) return 'absent';
    if (!names.areTablesKnown(schema)) {
      this.wantTables(names, schemaName(names.names, schemaIndex));
      return 'unknown';
    }
    const index = findTable(names.names, schemaIndex, table);
    return index < 0 ? 'absent' : { names, schema: schemaIndex, table: index };
  }

  private keyOf({ names }: CatalogNames, schema: number, table: number): TableKey {
    return { schema: schemaName(names, schema), name: tableName(names, table) };
  }

  private present(names: CatalogNames, schemaIndex: number, index: number): TableLookup {
    const key = this.keyOf(names, schemaIndex, index);
    const isView = names.names.isView[index] === 1;
    const details = this.details.get(detailKey(names.catalog.name, key));
    if (details === null) return { state: 'unknown' };
    if (details !== undefined) return { state: 'present', isView, details };
    this.wantDetails(names, key);
    return { state: 'present', isView };
  }

  private wantTables(names: CatalogNames, schema: string): void {
    this.queue.add(`read the tables of ${names.catalog.name}.${schema}`, async signal => {
      await names.loadSchema(schema, signal);
      this.changed();
    });
  }

  /** Wishes of one turn of the event loop are asked together. */
  private wantDetails(names: CatalogNames, key: TableKey): void {
    const { name } = names.catalog;
    const id = detailKey(name, key);
    if (this.loading.has(id)) return;
    let keys = this.wanted.get(name);
    if (keys === undefined) this.wanted.set(name, (keys = new Map<string, TableKey>()));
    keys.set(id, key);
    if (this.isFlushing) return;
    this.isFlushing = true;
    queueMicrotask(() => {
      this.isFlushing = false;
      this.flushWishes();
    });
  }

  private flushWishes(): void {
    for (const [name, keys] of this.wanted) {
      const names = this.find(name);
      const list = [...keys.values()];
      for (let i = 0; names !== undefined && i < list.length; i += DETAILS_PER_REQUEST) {
        this.loadDetails(names, list.slice(i, i + DETAILS_PER_REQUEST));
      }
    }
    this.wanted.clear();
  }

  private loadDetails(names: CatalogNames, keys: readonly TableKey[]): void {
    const { name } = names.catalog;
    const ids = keys.map(key => detailKey(name, key));
    const group = `read columns of catalog ${name}`;
    const load = async (signal: AbortSignal): Promise<void> => {
      try {
        const state = names.hash;
        const loaded = await this.options.source.details(names.catalog, keys, signal);
        // A commit that came in between may have changed these very tables: they are asked for again when needed.
        if (names.hash !== state) return;
        ids.forEach((id, i) => this.details.set(id, loaded[i]));
        this.changed();
      } finally {
        for (const id of ids) this.loading.delete(id);
      }
    };
    const isTaken = this.queue.add(`${group}: ${keys.map(key => key.name).join(', ')}`, load, group);
    if (isTaken) for (const id of ids) this.loading.add(id);
  }

  private changed(): void {
    this.version++;
    if (!this.isDisposed) this.options.onChange();
  }
}

interface Located {
  readonly names: CatalogNames;
  /** Indices into the names. */
  readonly schema: number;
  readonly table: number;
}

function entryOf({ name, reference, connector, isPotential }: SourceCatalog): CatalogEntry {
  return {
    name,
    ...(reference === undefined ? {} : { reference }),
    ...(connector === undefined ? {} : { connector }),
    ...(isPotential === true ? { isPotential } : {}),
  };
}

function schemasOf(names: CatalogNames | undefined): string[] {
  return names === undefined ? [] : Array.from(names.names.schemas, (_, i) => schemaName(names.names, i));
}

function detailKey(catalog: string, key: TableKey): string {
  return `${catalog}\0${key.schema.toLowerCase()}\0${key.name.toLowerCase()}`;
}
