/**
 * How quick the catalog is on a real lakehouse: the half of the figures that needs no editor.
 *   npm run bench catalog -- [--json] [--tables 50000]
 * Uses the lakehouse of LAKEHOUSE_TEST_ENDPOINTS, else starts one of its own.
 */
import { readFileSync } from 'node:fs';
import { mkdtempDisposable, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { listEntries, listHistory, listReferences, type NessieConnection } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import { loadTablePage } from '../../catalog/table-page.ts';
import { loadTree, refreshTree } from '../../catalog/tree-loader.ts';
import { createNamespace } from '../../catalog/table-actions.ts';
import { type CatalogTree, filterTree, pageOfChildren } from '../../catalog/tree.ts';
import { createTreeStore } from '../../client/catalog/tree-store.ts';
import { startServicesLakehouse } from '../support/services-lakehouse.ts';
import { LARGE_NAMESPACE, openLargeBranch } from './catalog/large-branch.ts';
import { measureLongLog } from './catalog/long-log.ts';
import { heldMb, longestBlockMs, medianMs, round, timeMs } from './catalog/measure.ts';
import { openFlightsTable } from './catalog/page-table.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' }, tables: { type: 'string', default: '50000' } },
  });
  await using lakehouse = startServicesLakehouse();
  const environment = await lakehouse.environment();
  const endpoints = JSON.parse(
    readFileSync(environment['LAKEHOUSE_TEST_ENDPOINTS'] ?? '', 'utf8'),
  ) as LakehouseEndpoints;
  const figures: Record<string, number> = {};
  const note = (name: string, value: number): void => {
    figures[name] = value;
    console.log(`${name.padEnd(24)} ${value}`);
  };
  await measureTablePage(endpoints, note);
  const log = await measureLongLog(100_000);
  note('log100kFillMs', log.fillMs);
  note('log100kFramesPerSecond', log.framesPerSecond);
  note('log100kRows', log.rows);
  await measureTrees(endpoints, { tables: Number(values.tables), note });
  if (values.json === true) console.log(JSON.stringify(figures));
}

type Note = (name: string, value: number) => void;

async function measureTablePage(endpoints: LakehouseEndpoints, note: Note): Promise<void> {
  await using table = await openFlightsTable(endpoints);
  const s3 = createS3Client(endpoints.objectStore);
  const store = createObjectStore(s3);
  const page = await loadTablePage(store, table.content);
  note('tablePageFiles', page.files.summary.dataFiles);
  note('tablePageManifests', page.manifests.length);
  note('tablePageMs', await medianMs(9, async () => loadTablePage(store, table.content)));
  s3.destroy();
  note('firstPaintMs', await medianMs(9, async () => firstPaint(table.nessie, table.branch)));
  note(
    'logPageMs',
    await medianMs(9, async () =>
      firstOf(
        listHistory(table.nessie, { name: table.branch }, { withOperations: true, pageSize: 200 }),
        200,
      ),
    ),
  );
}

/** What must be known before the sidebar shows something: the references and the first names of the default branch. */
async function firstPaint(nessie: NessieConnection, branch: string): Promise<void> {
  await Promise.all([
    firstOf(listReferences(nessie, { withMetadata: true }), Infinity),
    loadTree(nessie, { name: branch }),
  ]);
}

async function measureTrees(
  endpoints: LakehouseEndpoints,
  options: { readonly tables: number; readonly note: Note },
): Promise<void> {
  const { note, tables } = options;
  await using large = await openLargeBranch(endpoints.nessie.uri, { namespaces: 500, tables });
  const { nessie, branch } = large;
  let firstPartMs = 0;
  const start = performance.now();
  const onProgress = (): void => {
    firstPartMs ||= Math.round(performance.now() - start);
  };
  const tree = await loadTree(nessie, branch, { onProgress });
  note('tables', tree.root.leafCount);
  note('load50kMs', Math.round(performance.now() - start));
  note('firstPart50kMs', firstPartMs);
  note('memory50kMb', await heldMb(async () => loadTree(nessie, branch)));
  note('blocked50kMs', await longestBlockMs(async () => loadTree(nessie, branch)));
  note(
    'expand1000Ms',
    await medianMs(5, async () => firstOf(listEntries(nessie, branch, { prefix: [LARGE_NAMESPACE] }), 1001)),
  );
  note('filter50kMs', await medianMs(9, async () => filterTree(tree, 'table_0099')));
  await createNamespace(nessie, { branch: branch.name, key: ['added'] });
  note('refresh50kMs', await timeMs(async () => refreshTree(nessie, tree, { name: branch.name })));
  await measureCache(tree, note);
}

async function measureCache(tree: CatalogTree, note: Note): Promise<void> {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench-catalog-'));
  const store = createTreeStore(folder.path, 'http://bench');
  const keep = (): Promise<void> => store.write('main', tree);
  const paint = async (): Promise<void> => {
    const read = await store.read('main');
    if (read === undefined || pageOfChildren(read.root).items.length === 0)
      throw new Error('the cache came back empty');
  };
  note('keepCacheMs', await medianMs(9, keep));
  note('blockedKeepMs', await longestBlockMs(keep));
  const [file] = await readdir(folder.path);
  note('cacheMb', round((await stat(path.join(folder.path, file ?? ''))).size / 1e6));
  note('cachedPaintMs', await medianMs(9, paint));
  note('blockedCacheMs', await longestBlockMs(paint));
}

async function firstOf<T>(items: AsyncIterable<T>, count: number): Promise<number> {
  let seen = 0;
  const iterator = items[Symbol.asyncIterator]();
  while (seen < count && (await iterator.next()).done !== true) seen += 1;
  await iterator.return?.();
  return seen;
}
