import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { strFromU8, unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { exportRows, type RowSource } from '../../../../client/notebook/export/export-rows.ts';
import type { ExportFormat } from '../../../../client/notebook/messages.ts';
import type { TextRow } from '../../../../client/notebook/results/text-formats.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-export-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: 'price', type: 'decimal(38,2)' },
  { name: 'at', type: 'timestamp(6) with time zone' },
  { name: 'day', type: 'date' },
  { name: 'fine', type: 'timestamp(12)' },
  { name: 'name', type: 'varchar' },
];
const ROW: TextRow = [
  '9007199254740993',
  '-12345678901234567890.12',
  '2020-06-01 12:00:00.123456 Europe/Berlin',
  '1969-12-31',
  '2020-01-01 00:00:00.123456789012',
  'a <b> & "c"',
];
const NULLS: TextRow = [null, null, null, null, null, null];

describe('exporting rows', () => {
  test('gives Parquet files the types of the columns, exact', async () => {
    const file = await write('Parquet', [[ROW, NULLS]]);
    const rows = await parquetReadObjects({
      file: toArrayBuffer(readFileSync(file)),
      compressors: { ZSTD: bytes => new Uint8Array(zstdDecompressSync(bytes)) },
    });
    assert.equal(rows.length, 2);
    assert.equal(rows[0]?.['id'], 9007199254740993n);
    assert.equal((rows[0]['at'] as Date).toISOString(), '2020-06-01T10:00:00.123Z');
    assert.equal((rows[0]['day'] as Date).toISOString().slice(0, 10), '1969-12-31');
    assert.equal(rows[0]['fine'], ROW[4]);
    assert.equal(Math.round(rows[0]['price'] as number), -12345678901234567000);
    assert.deepEqual(
      Object.values(rows[1] ?? {}).filter(value => value != null),
      [],
    );
  });

  test('writes Arrow streams of any number of batches', async () => {
    const pages = Array.from({ length: 5 }, (_, p) =>
      Array.from({ length: 9000 }, (__, i) => [String(p * 9000 + i), ...ROW.slice(1)]),
    );
    const table = tableFromIPC(readFileSync(await write('Arrow', pages)));
    assert.equal(table.numRows, 45_000);
    assert.equal(table.getChild('id')?.get(44_999), 44_999n);
    assert.equal(table.getChild('at')?.get(0), Date.UTC(2020, 5, 1, 10, 0, 0, 123) + 0.456);
  });

  test('writes workbooks whose numbers Excel does not round', async () => {
    const files = unzipSync(
      readFileSync(await write('XLSX', [[ROW, NULLS, ['7', '1.50', null, null, null, '']]])),
    );
    const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    assert.match(sheet, /<t xml:space="preserve">9007199254740993<\/t>/);
    assert.match(sheet, /a &lt;b&gt; &amp; "c"/);
    assert.match(sheet, /<row r="4"><c><v>7<\/v><\/c><c><v>1.50<\/v><\/c>/);
    assert.equal(Object.keys(files).length, 5);
  });

  test('keeps nothing of an export that was cancelled', async () => {
    const abort = new AbortController();
    const file = path.join(folder, 'cancelled.csv');
    const exporting = exportRows(source([[ROW], [ROW]]), {
      format: 'CSV',
      path: file,
      onRows: () => {
        abort.abort(new Error('cancelled'));
      },
      signal: abort.signal,
    });
    await assert.rejects(exporting, /cancelled/);
    assert.deepEqual([existsSync(file), existsSync(`${file}.part`)], [false, false]);
  });

  test('counts the rows of every text format', async () => {
    for (const format of ['CSV', 'JSON', 'NDJSON', 'Markdown', 'HTML'] as const) {
      const text = readFileSync(await write(format, [[ROW], [ROW, NULLS]]), 'utf8');
      assert.equal(text.split('9007199254740993').length - 1, 2, format);
    }
  });
});

function source(pages: readonly (readonly TextRow[])[]): RowSource {
  async function* each(): AsyncGenerator<readonly TextRow[]> {
    yield* pages;
  }
  return { columns: COLUMNS, pages: each() };
}

async function write(format: ExportFormat, pages: readonly (readonly TextRow[])[]): Promise<string> {
  const file = path.join(folder, `out.${format}`);
  const rows = await exportRows(source(pages), {
    format,
    path: file,
    onRows: () => undefined,
    signal: new AbortController().signal,
  });
  assert.equal(rows, pages.flat().length);
  return file;
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
