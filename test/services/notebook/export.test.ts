import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { strFromU8, unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { createSession } from '../../../catalog/trino/session.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../client/notebook/messages.ts';
import { createResultsWorker } from '../../../client/notebook/results/worker-link.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino } = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-export-'));
const worker = createResultsWorker();
after(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('exporting from Trino in the results worker', () => {
  test('writes all rows in every format, whatever the grid holds', async () => {
    for (const format of EXPORT_FORMATS) {
      const { rows } = await exportOrders(format, 'SELECT * FROM tpch.tiny.orders');
      assert.equal(rows, 15_000, format);
    }
    const csv = readFileSync(path.join(folder, 'orders.CSV'), 'utf8');
    assert.equal(csv.split('\n').length, 15_002);
    assert.match(csv, /^orderkey,custkey,/);
  });

  test('writes files in which other readers find what Trino holds', async () => {
    const statement =
      "SELECT orderkey, comment FROM tpch.tiny.orders UNION ALL VALUES (9007199254740993, 'last')";
    const expected = SUM_OF_ORDER_KEYS + 9007199254740993n;
    for (const format of EXPORT_FORMATS) {
      await exportOrders(format, statement);
      const keys = await KEYS_OF[format](readFileSync(path.join(folder, `orders.${format}`)));
      assert.equal(keys.length, 15_001, format);
      assert.equal(
        keys.reduce((sum, key) => sum + key, 0n),
        expected,
        format,
      );
    }
  });

  test('writes a whole result from the store without asking Trino again', async () => {
    const outcome = await worker.call('run', {
      handle: 'held',
      request: {
        connection: trino,
        statement: 'SELECT * FROM tpch.tiny.nation',
        session: createSession(),
        rowLimit: Infinity,
        path: path.join(folder, 'held.arrow'),
      },
    });
    assert.equal(outcome.head?.rowCount, 25);
    const file = path.join(folder, 'held.ndjson');
    const { rows } = await worker.call('export', {
      handle: 'job',
      format: 'NDJSON',
      path: file,
      source: { kind: 'held', handle: 'held' },
    });
    assert.equal(rows, 25);
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 25);
  });

  test('ends the query and leaves no file when it is cancelled', async () => {
    const exporting = exportOrders('CSV', 'SELECT * FROM tpch.sf100.lineitem', 'cancelled');
    const seen = Promise.withResolvers<void>();
    worker.follow('cancelled', {
      onExported: () => {
        seen.resolve();
      },
    });
    await seen.promise;
    await worker.call('cancel', { handle: 'cancelled' });
    await assert.rejects(exporting, /Cancelled/);
    assert.equal(existsSync(path.join(folder, 'orders.CSV.part')), false);
  });

  test('names the fault of a statement that cannot be exported', async () => {
    await assert.rejects(exportOrders('CSV', 'SELECT nosuch'), /cannot be resolved/);
  });
});

/** `SELECT sum(orderkey) FROM tpch.tiny.orders`: the generated data are the same everywhere. */
const SUM_OF_ORDER_KEYS = 449_872_500n;

/** The first column of a file, read by what did not write it. */
const KEYS_OF: Record<ExportFormat, (bytes: Buffer) => bigint[] | Promise<bigint[]>> = {
  CSV: bytes => matches(bytes, /^(\d+),/gm),
  JSON: bytes => matches(bytes, /"orderkey": ?"?(\d+)/g),
  NDJSON: bytes => matches(bytes, /^\{"orderkey": ?"?(\d+)/gm),
  Parquet: async bytes => {
    const rows = await parquetReadObjects({
      file: new Uint8Array(bytes).buffer,
      compressors: { ZSTD: part => new Uint8Array(zstdDecompressSync(part)) },
    });
    return rows.map(row => row['orderkey'] as bigint);
  },
  Arrow: bytes => {
    const column = tableFromIPC(bytes).getChild('orderkey');
    return Array.from(column ?? [], key => key as bigint);
  },
  XLSX: bytes => {
    const sheet = unzipSync(bytes)['xl/worksheets/sheet1.xml'] ?? new Uint8Array();
    return matches(strFromU8(sheet), /<row r="\d+"><c[^>]*>(?:<v>|<is><t[^>]*>)(\d+)/g);
  },
  Markdown: bytes => matches(bytes, /^\| *(\d+) *\|/gm),
  HTML: bytes => matches(bytes, /<tr><td[^>]*>(\d+)/g),
};

function matches(text: Buffer | string, pattern: RegExp): bigint[] {
  return Array.from(text.toString().matchAll(pattern), match => BigInt(match[1] ?? ''));
}

function exportOrders(format: ExportFormat, statement: string, handle = 'export'): Promise<{ rows: number }> {
  return worker.call('export', {
    handle,
    format,
    path: path.join(folder, `orders.${format}`),
    source: { kind: 'statement', connection: trino, statement, session: createSession() },
  });
}
