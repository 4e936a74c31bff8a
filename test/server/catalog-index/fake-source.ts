import type { NameCache } from '../../../server/catalog-index/catalog-names.ts';
import type { Clock } from '../../../server/catalog-index/request-queue.ts';
import type {
  CatalogSource,
  ColumnInfo,
  SourceCatalog,
  SourceChange,
  SourceName,
  TableDetails,
} from '../../../server/catalog-index/source.ts';

export interface FakeState {
  catalogs: SourceCatalog[];
  hash: string;
  /** The names at each commit. */
  commits: Record<string, SourceName[]>;
  /** Differences by `from..to`; without an entry the server says that it does not know the commit. */
  diffs: Record<string, SourceChange[]>;
  /** Schema → tables of catalogs without versions. */
  plain: Record<string, string[]>;
  columns: (schema: string, name: string) => ColumnInfo[] | undefined;
}

export interface FakeSource extends CatalogSource {
  readonly state: FakeState;
  /** Every call, in order. */
  readonly calls: string[];
  inFlight: number;
  mostInFlight: number;
  /** Requests fail with it while it is set. */
  fault: Error | undefined;
}

export const ICEBERG: SourceCatalog = { name: 'iceberg', isVersioned: true, reference: 'main' };
export const TPCH: SourceCatalog = { name: 'tpch', isVersioned: false };

/** A catalog source that answers from memory, one turn of the event loop later. */
export function fakeSource(state: Partial<FakeState> = {}): FakeSource {
  const source: FakeSource = {
    id: 'fake',
    state: {
      catalogs: [ICEBERG],
      hash: 'a',
      commits: { a: [] },
      diffs: {},
      plain: {},
      columns: () => [{ name: 'id', type: 'bigint' }],
      ...state,
    },
    calls: [],
    inFlight: 0,
    mostInFlight: 0,
    fault: undefined,
    catalogs: () => answer(source, 'catalogs', () => source.state.catalogs),
    head: () => answer(source, 'head', () => source.state.hash),
    names: (_, hash) => pages(source, `names ${hash}`, () => source.state.commits[hash] ?? []),
    changes: (_, { from, to }) =>
      pages(source, `changes ${from}..${to}`, () => {
        const found = source.state.diffs[`${from}..${to}`];
        if (found === undefined) throw new Error(`no commit ${from}`);
        return found;
      }),
    schemas: () => answer(source, 'schemas', () => Object.keys(source.state.plain)),
    tables: (_, schema) =>
      answer(source, `tables ${schema}`, () =>
        (source.state.plain[schema] ?? []).map(name => ({ schema, name, kind: 'table' as const })),
      ),
    details: (_, tables) =>
      answer(source, `details ${tables.map(table => table.name).join(',')}`, () =>
        tables.map((table): TableDetails | undefined => {
          const columns = source.state.columns(table.schema, table.name);
          return columns === undefined ? undefined : { columns };
        }),
      ),
    references: () => answer(source, 'references', () => [{ name: 'main', type: 'branch' as const }]),
    functions: () => answer(source, 'functions', () => []),
    properties: () => answer(source, 'properties', () => []),
    release: () => answer(source, 'release', () => undefined),
    validate: () => answer(source, 'validate', () => undefined),
  };
  return source;
}

/** A source whose server took the connection and never answers. */
export function hangingSource(): CatalogSource & { readonly calls: string[] } {
  const calls: string[] = [];
  const never = <T>(call: string): Promise<T> => {
    calls.push(call);
    return new Promise<T>(() => undefined);
  };
  const neverPages = async function* (call: string): AsyncGenerator<never[]> {
    yield await never<never[]>(call);
  };
  return {
    id: 'fake',
    calls,
    catalogs: () => never('catalogs'),
    head: () => never('head'),
    names: () => neverPages('names'),
    changes: () => neverPages('changes'),
    schemas: () => never('schemas'),
    tables: () => never('tables'),
    details: () => never('details'),
    references: () => never('references'),
    functions: () => never('functions'),
    properties: () => never('properties'),
    release: () => never('release'),
    validate: () => never('validate'),
  };
}

export interface FakeClock extends Clock {
  /** Moves time on and calls back what is due. */
  readonly advance: (ms: number) => void;
}

export function fakeClock(): FakeClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: ms => {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

export function memoryCache(): NameCache & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return {
    values,
    read: key => Promise.resolve(values.get(key)),
    write: (key, value) => {
      values.set(key, structuredClone(value));
      return Promise.resolve();
    },
  };
}

/** `schema.table` → the name of a table; `schema.view!` of a view. */
export function names(...paths: readonly string[]): SourceName[] {
  return paths.map(path => {
    const dot = path.lastIndexOf('.');
    const isView = path.endsWith('!');
    const name = path.slice(dot + 1, isView ? -1 : undefined);
    return { schema: path.slice(0, dot), name, kind: isView ? 'view' : 'table' };
  });
}

async function answer<T>(source: FakeSource, call: string, make: () => T): Promise<T> {
  source.calls.push(call);
  source.inFlight++;
  source.mostInFlight = Math.max(source.mostInFlight, source.inFlight);
  await new Promise(resolve => setImmediate(resolve));
  source.inFlight--;
  if (source.fault !== undefined) throw source.fault;
  return make();
}

async function* pages<T>(source: FakeSource, call: string, make: () => T[]): AsyncGenerator<T[]> {
  const all = await answer(source, call, make);
  for (let i = 0; i < all.length; i += 2) yield all.slice(i, i + 2);
}
