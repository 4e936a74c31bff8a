import type { TableDetails } from '../../../server/catalog-index/source.ts';
import { builtInFunctions, findFunction } from '../../../server/sql/functions.ts';
import type { CompletionInput } from '../../../server/features/completion/completion.ts';
import { fixedCatalogs, readTables } from './fixed-catalog.ts';

const HISTORY: Omit<TableDetails, 'columns'> = {
  comment: 'one row per order',
  partitioning: ['month(order_date)'],
  rowCount: 1_500_000,
  snapshots: [
    { id: '8954597067493422955', timestampMs: Date.UTC(2026, 0, 3, 10), operation: 'append' },
    { id: '4564366177504223943', timestampMs: Date.UTC(2026, 0, 2, 10), operation: 'append' },
  ],
  references: [
    { name: 'main', type: 'branch', snapshotId: '8954597067493422955' },
    { name: 'audit', type: 'branch', snapshotId: '4564366177504223943' },
    { name: 'q1', type: 'tag', snapshotId: '4564366177504223943' },
  ],
};

const shop = readTables('shop');
const sales = {
  ...shop,
  orders: { ...HISTORY, columns: shop['orders']?.columns ?? [] },
};

/** The catalogs that the golden cases are written for; statements run in iceberg.sales. */
export const GOLDEN_INPUT: CompletionInput = {
  catalog: fixedCatalogs({
    iceberg: {
      sales,
      web: {
        page_views: {
          columns: [
            { name: 'ts', type: 'timestamp(6)' },
            { name: 'url', type: 'varchar' },
          ],
        },
        order: {
          columns: [
            { name: 'select', type: 'integer' },
            { name: 'two words', type: 'varchar' },
          ],
        },
        Upper: { columns: [{ name: 'a', type: 'integer' }] },
      },
      'lake.raw': {
        events: {
          columns: [
            { name: 'ts', type: 'timestamp(6)' },
            { name: 'user_id', type: 'bigint' },
            { name: 'payload', type: 'map(varchar, varchar)' },
          ],
        },
      },
    },
    tpch: { tiny: readTables('tpch'), sf1: readTables('tpch') },
  }),
  connection: { catalog: 'iceberg', schema: 'sales' },
  findFunction,
  functions: () => builtInFunctions().values(),
};
