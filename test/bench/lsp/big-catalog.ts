import type { CatalogSource, ColumnInfo, SourceName } from '../../../server/catalog-index/source.ts';

export const BIG_CATALOG = { schemas: 200, tablesPerSchema: 250, columnsPerTable: 30 } as const;

const WORDS =
  'order customer event session product payment invoice shipment account ticket device region'.split(' ');
const PARTS = 'daily raw clean summary fact dim stage history snapshot audit'.split(' ');
const TYPES = ['bigint', 'varchar', 'timestamp(6)', 'decimal(18,2)', 'boolean', 'date', 'double'];

/** Fifty thousand tables with names as people give them, from memory. */
export function bigSource(): CatalogSource {
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  return {
    id: 'bench',
    catalogs: () =>
      Promise.resolve([{ name: 'iceberg', isVersioned: true, reference: 'main', connector: 'iceberg' }]),
    head: () => Promise.resolve('1'),
    names: async function* () {
      await Promise.resolve();
      yield bigNames();
    },
    changes: async function* () {
      await Promise.resolve();
      yield [];
    },
    schemas: never,
    tables: never,
    details: (_, tables) => Promise.resolve(tables.map(() => ({ columns: bigColumns() }))),
    references: () => Promise.resolve([{ name: 'main', type: 'branch' as const }]),
    functions: () => Promise.resolve([]),
    properties: never,
    release: never,
    validate: never,
  };
}

export function bigNames(): SourceName[] {
  const names: SourceName[] = [];
  for (let s = 0; s < BIG_CATALOG.schemas; s++) {
    const schema = `${WORDS[s % WORDS.length] ?? ''}_${s}`;
    for (let t = 0; t < BIG_CATALOG.tablesPerSchema; t++) {
      const word = WORDS[(s + t) % WORDS.length] ?? '';
      names.push({ schema, name: `${word}_${PARTS[t % PARTS.length] ?? ''}_${t}`, kind: 'table' });
    }
  }
  return names;
}

function bigColumns(): ColumnInfo[] {
  return Array.from({ length: BIG_CATALOG.columnsPerTable }, (_, i) => ({
    name: `${WORDS[i % WORDS.length] ?? ''}_column_${i}`,
    type: TYPES[i % TYPES.length] ?? 'bigint',
  }));
}
