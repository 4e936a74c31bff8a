import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { typeToText } from '../../../catalog/iceberg/types.ts';
import { checkNewTable } from '../../../pipeline/load/check-table.ts';
import { chooseColumns } from '../../../pipeline/load/choose-columns.ts';
import { guessDelimiter, openDataFile } from '../../../pipeline/load/data-file.ts';
import { proposeTable } from '../../../pipeline/load/propose-table.ts';
import { describeRowPlace } from '../../../pipeline/load/row-place.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-load-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function columnsOf(file: string): Promise<string[]> {
  const { fields } = await proposeTable(await openDataFile(file));
  return fields.map(field => `${field.name} ${typeToText(field.type)}`);
}

describe('the columns proposed for a file', () => {
  test('of CSV are typed by all cells, and one word makes a column of texts', async () => {
    const file = write(
      'a.csv',
      '\ufeffid;fare;when;code;note\r\n1;7.5;2024-01-01;007;\r\n2;8;2024-02-01;x;\r\n',
    );
    assert.deepEqual(await columnsOf(file), [
      'id long',
      'fare double',
      'when date',
      'code string',
      'note string',
    ]);
    const mixed = write('b.csv', 'amount\n1\nn/a\n3\n');
    const proposal = await proposeTable(await openDataFile(mixed));
    assert.deepEqual(
      [typeToText(proposal.fields[0]?.type ?? { kind: 'other', text: '' }), proposal.remarks],
      ['string', []],
    );
    assert.deepEqual(proposal.preview, [['1'], ['n/a'], ['3']]);
  });

  test('of NDJSON are nested, and big integers keep their digits in the preview', async () => {
    const file = write('a.ndjson', '\ufeff{"id":9007199254740993,"at":{"x":1.5}}\n\n{"id":2,"tags":["a"]}\n');
    assert.deepEqual(await columnsOf(file), ['id long', 'at struct<x: double>', 'tags list<string>']);
    const { preview } = await proposeTable(await openDataFile(file));
    assert.deepEqual(preview[0], ['9007199254740993', '{"x":1.5}', null]);
  });

  test('can be typed anew or left out, and what cannot be is refused by name', async () => {
    const file = write('c.csv', 'id,fare\n1,2\n');
    const { fields } = await proposeTable(await openDataFile(file));
    const chosen = chooseColumns(
      fields,
      new Map([
        ['fare', 'decimal(9,2)'],
        ['id', 'none'],
      ]),
    );
    assert.deepEqual(
      chosen.map(field => `${field.name} ${typeToText(field.type)}`),
      ['fare decimal(9, 2)'],
    );
    assert.throws(() => chooseColumns(fields, new Map([['fee', 'long']])), /no column "fee".*"id", "fare"/);
    for (const type of ['number', 'decimal(39,2)', 'decimal(2,3)', 'timestamp_ns'])
      assert.throws(() => chooseColumns(fields, new Map([['fare', type]])), /"fare" cannot be/);
  });
});

describe('a file to upload', () => {
  test('is refused by name when it is empty, a folder, of an unknown kind, or has a header that names a column twice', async () => {
    await assert.rejects(openDataFile(write('empty.csv', '')), /empty\.csv is empty/);
    await assert.rejects(openDataFile(write('a.xlsx', 'x')), /a\.xlsx is none of \.csv/);
    await assert.rejects(openDataFile(path.join(folder, 'missing.csv')), /ENOENT.*missing\.csv/);
    const twice = await openDataFile(write('twice.csv', 'a,a\n1,2\n'));
    await assert.rejects(proposeTable(twice), /names the column "a" twice/);
    const short = await openDataFile(write('short.csv', 'a,b\n1,2\n3\n'));
    await assert.rejects(proposeTable(short), /short\.csv:3 has 1 cell/);
    const broken = await openDataFile(write('broken.ndjson', '{"a":1}\n{"a":\n'));
    await assert.rejects(proposeTable(broken), /broken\.ndjson:2 is no JSON/);
    const headerOnly = await openDataFile(write('header.csv', 'a,b\n'));
    await assert.rejects(proposeTable(headerOnly), /header\.csv has no row/);
  });

  test('has its delimiter guessed outside of quotes', () => {
    assert.deepEqual(['a,b', 'a;b;c,d', 'a\tb', 'a|b', '"a;b;c",d', 'one'].map(guessDelimiter), [
      ',',
      ';',
      '\t',
      '|',
      ',',
      ',',
    ]);
  });

  test('names the line of a row as an editor counts it', async () => {
    const csv = await openDataFile(write('lines.csv', 'a,b\r\n1,"two\r\nlines"\r\n2,x\r\n'));
    assert.equal(await describeRowPlace(csv, 1), 'lines.csv, line 4');
    const ndjson = await openDataFile(write('lines.ndjson', '{}\n\n{}\n'));
    assert.equal(await describeRowPlace(ndjson, 1), 'lines.ndjson, line 3');
  });
});

describe('a new table', () => {
  test('needs a namespace, printable names, a column, and columns that differ not only in case', () => {
    const field = (name: string) => ({ id: 0, name, required: false, type: { kind: 'long' } as const });
    assert.throws(() => checkNewTable(['t'], [field('a')]), /namespace\.table/);
    assert.throws(() => checkNewTable(['n', 'a\u0000b'], [field('a')]), /no name for a table/);
    assert.throws(() => checkNewTable(['n', 't'], []), /at least one column/);
    assert.throws(
      () => checkNewTable(['n', 't'], [field('Fare'), field('fare')]),
      /"Fare" and "fare" differ only in case/,
    );
    assert.doesNotThrow(() => checkNewTable(['n', 'a.b "c" 🚕'], [field('a')]));
  });
});
