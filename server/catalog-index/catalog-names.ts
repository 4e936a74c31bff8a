import { buildNames, EMPTY_NAMES, type NameTable, patchNames } from './name-table.ts';
import type { Clock } from './request-queue.ts';
import type { CatalogSource, SourceCatalog, SourceChange, SourceName } from './source.ts';

/** Keeps names on disk. What it gives back may be old or damaged: both are noticed. */
export interface NameCache {
  readonly read: (key: string) => Promise<unknown>;
  readonly write: (key: string, value: CachedNames | CachedCatalogs) => Promise<void>;
}

/** Names at one commit, as they are written to disk. */
export interface CachedNames {
  readonly format: typeof CACHE_FORMAT;
  readonly hash: string;
  readonly names: NameTable;
}

/** The catalogs that a source listed last. */
export interface CachedCatalogs {
  readonly format: typeof CACHE_FORMAT;
  readonly catalogs: readonly SourceCatalog[];
}

export const CACHE_FORMAT = 1;

/** How long the list of a catalog without versions is believed. */
const UNVERSIONED_TTL_MS = 300_000;

export interface CatalogNamesOptions {
  readonly catalog: SourceCatalog;
  readonly source: CatalogSource;
  readonly cache: NameCache | undefined;
  readonly clock: Clock;
}

/** Told what changed, as `schema\0table` or `schema\0`; '' stands for everything. */
export type OnNamesChange = (changes: readonly string[]) => void;

/** The names of one catalog, kept up to date: by commit and difference where it has versions, by age where it has none. */
export class CatalogNames {
  readonly catalog: SourceCatalog;
  names: NameTable = EMPTY_NAMES;
  areSchemasKnown = false;
  /** The commit that the names are of; '' for a catalog without versions. */
  hash = '';
  private readonly options: CatalogNamesOptions;
  private readonly schemas = new Map<string, readonly SourceName[]>();
  private readAtMs = -Infinity;

  constructor(options: CatalogNamesOptions) {
    this.options = options;
    this.catalog = options.catalog;
  }

  isSame(other: SourceCatalog): boolean {
    const { name, isVersioned, reference, isPotential } = this.catalog;
    return (
      name === other.name &&
      isVersioned === other.isVersioned &&
      reference === other.reference &&
      isPotential === other.isPotential
    );
  }

  areTablesKnown(schema: string): boolean {
    return this.catalog.isVersioned ? this.areSchemasKnown : this.schemas.has(schema.toLowerCase());
  }

  async refresh(signal: AbortSignal, onChange: OnNamesChange): Promise<void> {
    if (this.catalog.isVersioned) await this.refreshVersioned(signal, onChange);
    else await this.refreshUnversioned(signal, onChange);
  }

  /** Takes the names of the last run from disk, unless newer ones were read already. True when there were some. */
  async restore(): Promise<boolean> {
    const cached = await this.options.cache?.read(this.cacheKey());
    if (!isCachedNames(cached) || this.areSchemasKnown) return false;
    this.names = cached.names;
    this.hash = cached.hash;
    this.areSchemasKnown = true;
    return true;
  }

  /** Reads the tables of one schema of a catalog without versions. */
  async loadSchema(schema: string, signal: AbortSignal): Promise<void> {
    const tables = await this.options.source.tables(this.catalog, schema, signal);
    this.schemas.set(schema.toLowerCase(), tables);
    this.rebuild(Array.from(this.names.schemas, id => this.names.strings[id] ?? ''));
  }

  private async refreshVersioned(signal: AbortSignal, onChange: OnNamesChange): Promise<void> {
    const hash = await this.options.source.head(this.catalog, signal);
    if (hash === this.hash) return;
    const changes = this.hash === '' ? undefined : await this.readChanges(hash, signal);
    if (changes === undefined) await this.readAll(hash, signal);
    else this.names = patchNames(this.names, changes);
    this.hash = hash;
    this.areSchemasKnown = true;
    onChange(changes?.map(change => `${change.schema}\0${change.name}`) ?? ['']);
    await this.options.cache?.write(this.cacheKey(), { format: CACHE_FORMAT, hash, names: this.names });
  }

  /** Undefined when the old commit is gone, for example after a branch was reset: everything is then read anew. */
  private async readChanges(hash: string, signal: AbortSignal): Promise<SourceChange[] | undefined> {
    try {
      const changes: SourceChange[] = [];
      const between = { from: this.hash, to: hash };
      for await (const page of this.options.source.changes(this.catalog, between, signal))
        changes.push(...page);
      return changes;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  private async readAll(hash: string, signal: AbortSignal): Promise<void> {
    const names: SourceName[] = [];
    for await (const page of this.options.source.names(this.catalog, hash, signal)) names.push(...page);
    this.names = buildNames(names);
  }

  private async refreshUnversioned(signal: AbortSignal, onChange: OnNamesChange): Promise<void> {
    const now = this.options.clock.now();
    if (now - this.readAtMs < UNVERSIONED_TTL_MS) return;
    const schemas = await this.options.source.schemas(this.catalog, signal);
    this.readAtMs = now;
    this.areSchemasKnown = true;
    this.schemas.clear();
    this.rebuild(schemas);
    onChange(['']);
  }

  private rebuild(schemas: readonly string[]): void {
    const empty = schemas.map((schema): SourceName => ({ schema, name: '', kind: 'schema' }));
    this.names = buildNames([...empty, ...[...this.schemas.values()].flat()]);
  }

  private cacheKey(): string {
    return JSON.stringify([this.options.source.id, this.catalog.name, this.catalog.reference ?? '']);
  }
}

function isCachedNames(value: unknown): value is CachedNames {
  if (typeof value !== 'object' || value === null) return false;
  const { format, hash, names } = value as Partial<CachedNames>;
  if (format !== CACHE_FORMAT || typeof hash !== 'string' || names === undefined) return false;
  const { strings, masks, schemas, firstTable, tables, isView } = names;
  const arrays = [masks, schemas, firstTable, tables].every(array => array instanceof Uint32Array);
  if (!arrays || !Array.isArray(strings) || !(isView instanceof Uint8Array)) return false;
  return firstTable.length === schemas.length + 1 && isView.length === tables.length;
}

export function isCachedCatalogs(value: unknown): value is CachedCatalogs {
  if (typeof value !== 'object' || value === null) return false;
  const { format, catalogs } = value as Partial<CachedCatalogs>;
  return format === CACHE_FORMAT && Array.isArray(catalogs);
}
