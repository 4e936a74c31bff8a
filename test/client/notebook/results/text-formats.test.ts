import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import {
  createTextFormat,
  type TextFormatName,
  type TextRow,
} from '../../../../client/notebook/results/text-formats.ts';

const COLUMNS = [
  { name: 'n', type: 'bigint' },
  { name: 'a "b"', type: 'varchar' },
];
const ROWS: readonly TextRow[] = [
  ['9007199254740993', 'it\'s | a\n"test"'],
  [null, ''],
  ['0', null],
];

describe('rows as text', () => {
  const expected: Readonly<Record<TextFormatName, string>> = {
    CSV: 'n,"a ""b"""\n9007199254740993,"it\'s | a\n""test"""\n,""\n0,\n',
    TSV: 'n\t"a ""b"""\n9007199254740993\t"it\'s | a\n""test"""\n\t""\n0\t\n',
    JSON: '[\n  {"n": 9007199254740993, "a \\"b\\"": "it\'s | a\\n\\"test\\""},\n  {"n": null, "a \\"b\\"": ""},\n  {"n": 0, "a \\"b\\"": null}\n]\n',
    NDJSON:
      '{"n": 9007199254740993, "a \\"b\\"": "it\'s | a\\n\\"test\\""}\n{"n": null, "a \\"b\\"": ""}\n{"n": 0, "a \\"b\\"": null}\n',
    Markdown:
      '| n | a "b" |\n| ---: | --- |\n| 9007199254740993 | it\'s \\| a<br>"test" |\n|  |  |\n| 0 |  |\n',
    HTML:
      '<table>\n<thead><tr><th class="number">n</th><th>a &quot;b&quot;</th></tr></thead>\n<tbody>\n' +
      '<tr><td class="number">9007199254740993</td><td>it&#39;s | a\n&quot;test&quot;</td></tr>\n' +
      '<tr><td class="null">NULL</td><td></td></tr>\n<tr><td class="number">0</td><td class="null">NULL</td></tr>\n</tbody>\n</table>\n',
    INSERT:
      'INSERT INTO table_name ("n", "a ""b""") VALUES\n  (9007199254740993, \'it\'\'s | a\n"test"\'),\n  (NULL, \'\'),\n  (0, NULL);\n',
    rows: '[["9007199254740993","it\'s | a\\n\\"test\\""],[null,""],["0",null]]',
    'IN list': "(9007199254740993, 'it''s | a\n\"test\"', '', 0)",
  };
  for (const [name, text] of Object.entries(expected)) {
    test(`${name} keeps every digit and tells NULL from the empty text`, () => {
      assert.equal(write(name as TextFormatName, ROWS), text);
    });
  }

  test('JSON of no rows is an empty array', () => {
    assert.deepEqual(JSON.parse(write('JSON', [])), []);
    assert.equal(write('NDJSON', []), '');
  });

  test('JSON writes what has no number as text, and values of rows and arrays as they are', () => {
    const columns = [
      { name: 'x', type: 'double' },
      { name: 'x', type: 'array(bigint)' },
    ];
    const format = createTextFormat('NDJSON', { columns, withHeader: true });
    assert.equal(format.row(['NaN', '[1, null]'], 0), '{"x": "NaN", "x_2": [1, null]}\n');
  });

  test('literals carry the type of their column', () => {
    const types: readonly (readonly [string, string, string])[] = [
      ['decimal(38,2)', '1.50', "DECIMAL '1.50'"],
      [
        'timestamp(3) with time zone',
        '2020-01-01 00:00:00.000 UTC',
        "TIMESTAMP '2020-01-01 00:00:00.000 UTC'",
      ],
      ['varbinary', '0x00ff', "X'00ff'"],
      ['array(bigint)', '[1]', "CAST(JSON '[1]' AS array(bigint))"],
      ['double', 'NaN', 'nan()'],
      ['uuid', "a'b", "CAST('a''b' AS uuid)"],
      ['HyperLogLog', '0x020b', "CAST(X'020b' AS HyperLogLog)"],
      ['INTERVAL DAY TO SECOND', '-1 00:00:00.000', "INTERVAL -'1 00:00:00.000' DAY TO SECOND"],
      ['Geometry', 'POINT (1.5 2)', "ST_GeometryFromText('POINT (1.5 2)')"],
      ['SphericalGeography', 'POINT (1 2)', "to_spherical_geography(ST_GeometryFromText('POINT (1 2)'))"],
    ];
    for (const [type, text, literal] of types) {
      const format = createTextFormat('IN list', { columns: [{ name: 'c', type }], withHeader: false });
      assert.equal(format.row([text], 0), literal);
    }
  });

  test('CSV of any texts is read back by another parser', () => {
    const rows = fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.string()), {
      minLength: 1,
    });
    const columns = ['a', 'b'].map(name => ({ name, type: 'varchar' }));
    fc.assert(
      fc.property(rows, texts => {
        const csv = createTextFormat('CSV', { columns, withHeader: false });
        const text = texts.map((row, i) => csv.row(row, i)).join('');
        assert.deepEqual(parse(text, { record_delimiter: '\n' }), texts);
      }),
      { numRuns: 200 },
    );
  });
});

function write(name: TextFormatName, rows: readonly TextRow[]): string {
  const format = createTextFormat(name, { columns: COLUMNS, withHeader: true });
  return format.start + rows.map((row, i) => format.row(row, i)).join('') + format.end(rows.length);
}
