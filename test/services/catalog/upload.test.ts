import { makeVector, Table as ArrowTable, tableToIPC, TimeMicrosecond, vectorFromArray } from 'apache-arrow';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Table, writeParquet } from 'parquet-wasm';
import { getContents } from '../../../catalog/nessie.ts';
import type { ObjectStore } from '../../../catalog/storage.ts';
import { openDataFile } from '../../../pipeline/load/data-file.ts';
import { loadFile, type LoadOptions, type LoadResult } from '../../../pipeline/load/load-file.ts';
import { proposeTable } from '../../../pipeline/load/propose-table.ts';
import { openWorkbench } from './workbench.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-upload-'));
const bench = await openWorkbench('upload');
const warehouse = `s3://${bench.endpoints.objectStore.bucket}`;
after(async () => {
  rmSync(folder, { recursive: true });
  await bench[Symbol.asyncDispose]();
});

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** A store that remembers what was put and not deleted again. */
function watched(store: ObjectStore): { readonly store: ObjectStore; readonly left: Set<string> } {
  const left = new Set<string>();
  return {
    left,
    store: {
      ...store,
      put: async (uri, ...rest) => {
        await store.put(uri, ...rest);
        left.add(uri);
      },
      delete: async uri => {
        await store.delete(uri);
        left.delete(uri);
      },
    },
  };
}

interface Upload extends Partial<LoadOptions> {
  readonly path: string;
  readonly table: string;
}

async function upload({ path: given, table, ...rest }: Upload): Promise<LoadResult> {
  const file = await openDataFile(given);
  const { fields, rows } = await proposeTable(file);
  return loadFile({
    file,
    fields,
    totalRows: rows,
    catalog: { nessie: bench.nessie, store: bench.store, warehouse },
    branch: bench.root,
    key: [bench.namespace, table],
    signal: new AbortController().signal,
    ...rest,
  });
}

async function exists(table: string): Promise<boolean> {
  const { items } = await getContents(
    bench.nessie,
    { name: bench.root },
    { keys: [[bench.namespace, table]] },
  );
  return items[0]?.content !== undefined;
}

describe('an uploaded file', () => {
  test('is a table that Trino reads, with exact integers, nulls, quotes and emoji', async () => {
    const file = write('a.csv', '\ufeffid;name;fare\r\n9007199254740993;"Zürich; ""🚕""";7.5\r\n2;;\r\n');
    const { rows } = await upload({ path: file, table: 'a' });
    assert.equal(rows, 2);
    assert.deepEqual(await bench.sql(bench.root, 'SELECT * FROM {a} ORDER BY id'), [
      [2n, null, null],
      [9007199254740993n, 'Zürich; "🚕"', 7.5],
    ]);
  });

  test('of Parquet keeps its types', async () => {
    const arrow = new ArrowTable({
      small: makeVector(Int8Array.from([1, -2])),
      big: makeVector(BigInt64Array.from([2n ** 62n, -1n])),
      unsigned: makeVector(Uint32Array.from([4294967295, 0])),
      clock: vectorFromArray([86_399_999_999n, null], new TimeMicrosecond()),
    });
    const file = write('a.parquet', writeParquet(Table.fromIPCStream(tableToIPC(arrow, 'stream'))));
    assert.equal((await upload({ path: file, table: 'p' })).rows, 2);
    assert.deepEqual(
      await bench.sql(
        bench.root,
        'SELECT small, big, unsigned, CAST(clock AS varchar) FROM {p} ORDER BY small',
      ),
      [
        [-2, -1n, 0n, null],
        [1, 2n ** 62n, 4294967295n, '23:59:59.999999'],
      ],
    );
  });

  test('with a bad row far behind the sample is no table at all, and leaves no file', async () => {
    const lines = Array.from({ length: 25_000 }, (_, index) => `${index},${index === 20_000 ? 'x' : index}`);
    const file = write('bad.csv', `id,n\n${lines.join('\n')}\n`);
    const { store, left } = watched(bench.store);
    await assert.rejects(
      upload({ path: file, table: 'bad', catalog: { nessie: bench.nessie, store, warehouse } }),
      /bad\.csv, line 20002: "n" expects long, found "x"\. Nothing was written\./,
    );
    assert.deepEqual([await exists('bad'), [...left]], [false, []]);
  });

  test('that is cancelled leaves nothing either', async () => {
    const file = write('big.ndjson', Array.from({ length: 20_000 }, (_, id) => `{"id":${id}}`).join('\n'));
    const { store, left } = watched(bench.store);
    const cancel = new AbortController();
    const catalog = { nessie: bench.nessie, store, warehouse };
    const running = upload({
      path: file,
      table: 'big',
      catalog,
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await assert.rejects(running, { name: 'AbortError' });
    assert.deepEqual([await exists('big'), [...left]], [false, []]);
  });

  test('does not replace a table, not even one that was made while it was read', async () => {
    const file = write('twice.csv', 'id\n1\n');
    await upload({ path: file, table: 'twice' });
    await assert.rejects(upload({ path: file, table: 'twice' }), /twice exists on .* already/);
    const { store, left } = watched(bench.store);
    let other: Promise<unknown> | undefined;
    const meanwhile: ObjectStore = {
      ...store,
      put: async (uri, ...rest) => {
        other ??= upload({ path: file, table: 'raced' });
        await other;
        await store.put(uri, ...rest);
      },
    };
    await assert.rejects(
      upload({ path: file, table: 'raced', catalog: { nessie: bench.nessie, store: meanwhile, warehouse } }),
      /Somebody made .*raced/,
    );
    assert.deepEqual([...left], []);
    assert.deepEqual(await bench.sql(bench.root, 'SELECT id FROM {raced}'), [[1n]]);
  });

  test('goes where names have dots, quotes, spaces and emoji', async () => {
    const name = `we.ird "${randomUUID()}" 🚕`;
    await upload({ path: write('n.csv', 'a b,"q""uote"\n1,2\n'), table: name });
    assert.equal(await exists(name), true);
  });
});
