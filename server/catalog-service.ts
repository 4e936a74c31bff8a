import { CatalogIndex } from './catalog-index/catalog-index.ts';
import { type CatalogView, EMPTY_VIEW } from './catalog-index/catalog-view.ts';
import type { NameCache } from './catalog-index/catalog-names.ts';
import type { Clock } from './catalog-index/request-queue.ts';
import type { CatalogSource, SourceFunction } from './catalog-index/source.ts';
import { type ServerFacts, serverFacts } from './sql/server-facts.ts';
import { builtInFunctions, signatureOf, type SqlFunction } from './sql/functions.ts';

export interface CatalogServiceOptions {
  readonly clock: Clock;
  readonly cache: NameCache | undefined;
  readonly log: (text: string) => void;
  readonly onChange: () => void;
}

/** The catalogs of the lakehouse that is connected now, and its functions; nothing of either when none is. */
export class CatalogService {
  private readonly options: CatalogServiceOptions;
  private index: CatalogIndex | undefined;
  private functions: ReadonlyMap<string, SqlFunction> = builtInFunctions();
  private abort = new AbortController();
  source: CatalogSource | undefined;
  facts: ServerFacts | undefined;
  /** Grows when other functions or other facts of the server are known. */
  factsVersion = 0;

  constructor(options: CatalogServiceOptions) {
    this.options = options;
  }

  /** Follows another lakehouse, or none. */
  connect(source: CatalogSource | undefined): void {
    this.dispose();
    this.abort = new AbortController();
    this.source = source;
    this.index = undefined;
    this.functions = builtInFunctions();
    this.facts = undefined;
    this.factsVersion++;
    if (source !== undefined) {
      const { cache, ...rest } = this.options;
      this.index = new CatalogIndex({ ...rest, ...(cache === undefined ? {} : { cache }), source });
      this.index.start();
      void this.readFunctions(source, this.abort.signal);
      void this.readFacts(source, this.abort.signal);
    }
    this.options.onChange();
  }

  view(): CatalogView {
    return this.index?.view() ?? EMPTY_VIEW;
  }

  refresh(): void {
    this.index?.refresh();
  }

  readonly findFunction = (name: string): SqlFunction | undefined => this.functions.get(name.toLowerCase());

  readonly allFunctions = (): Iterable<SqlFunction> => this.functions.values();

  dispose(): void {
    this.abort.abort();
    this.index?.dispose();
  }

  /** Release and properties of the server; ours are good until they are there. */
  private async readFacts(source: CatalogSource, signal: AbortSignal): Promise<void> {
    try {
      const release = await source.release(signal);
      const properties = await source.properties(signal);
      if (signal.aborted) return;
      this.facts = serverFacts(properties, release);
      this.factsVersion++;
      this.options.onChange();
    } catch (error) {
      if (!signal.aborted)
        this.options.log(`Properties of Trino: ${error instanceof Error ? error.message : 'failed'}`);
    }
  }

  /** The server's own list goes before ours: it has its version's functions, its plugins' and its users'. */
  private async readFunctions(source: CatalogSource, signal: AbortSignal): Promise<void> {
    try {
      const rows = await source.functions(signal);
      if (signal.aborted) return;
      this.functions = mergeFunctions(rows);
      this.factsVersion++;
      this.options.onChange();
    } catch (error) {
      if (!signal.aborted)
        this.options.log(`SHOW FUNCTIONS: ${error instanceof Error ? error.message : 'failed'}`);
    }
  }
}

/**
 * The server's functions with our descriptions; functions we do not know get the server's description. Forms with a syntax
 * of their own are in no listing and stay.
 */
function mergeFunctions(rows: readonly SourceFunction[]): ReadonlyMap<string, SqlFunction> {
  const ours = builtInFunctions();
  if (rows.length === 0) return ours;
  const merged = new Map([...ours].filter(([, item]) => item.syntax !== undefined));
  const listed = new Map<string, SourceFunction[]>();
  for (const row of rows) {
    const key = row.name.toLowerCase();
    listed.set(key, [...(listed.get(key) ?? []), row]);
  }
  for (const [name, group] of listed) {
    const known = ours.get(name);
    const signatures = group.map(({ name, returns, argumentTypes, kind, isDeterministic }) =>
      signatureOf({ name, returns, argumentTypes }, { kind, isDeterministic }),
    );
    merged.set(name, { ...known, name, summary: known?.summary ?? group[0]?.description ?? '', signatures });
  }
  return merged;
}
