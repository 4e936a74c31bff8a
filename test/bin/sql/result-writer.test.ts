import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createResultWriter, type OutputFormat } from '../../../bin/sql/result-writer.ts';
import type { TrinoColumn, TrinoRow, TrinoType } from '../../../catalog/trino/client.ts';

const type = (name: string, ...args: readonly TrinoType[]): TrinoType => ({
  name,
  text: name,
  arguments: args.map(item => ({ type: item })),
});
const ROW: TrinoType = {
  name: 'row',
  text: 'row',
  arguments: [
    { name: 'a', type: type('bigint') },
    { type: type('varchar') },
    { name: 'a', type: type('double') },
  ],
};
const COLUMNS: readonly TrinoColumn[] = [
  { name: 'id', type: type('bigint') },
  { name: 'te"xt', type: type('varchar') },
  { name: 'id', type: type('array', type('varbinary')) },
  { name: 'm', type: type('map', type('bigint'), ROW) },
  { name: 'd', type: type('decimal') },
];
const ROWS: readonly TrinoRow[] = [
  [9007199254740993n, 'a,"b"\r\nc', [Uint8Array.of(1), null], [[2n, [1n, 'x', NaN]]], '14.20'],
  [null, '', [], [], null],
  [-1n, '漢字 \u001b[31m', null, null, '-0.05'],
];

function render(format: OutputFormat, pages: readonly (readonly TrinoRow[])[], columns = COLUMNS): string {
  const writer = createResultWriter(format, columns);
  return pages.map(rows => writer.rows(rows)).join('') + writer.end();
}

describe('the text of a result', () => {
  test('a table is aligned by what the terminal shows, with NULL visible and control characters harmless', () => {
    assert.equal(
      render('table', [ROWS]),
      [
        '               id │ te"xt           │ id           │ m                   │     d',
        '──────────────────┼─────────────────┼──────────────┼─────────────────────┼──────',
        ' 9007199254740993 │ a,"b"\\r\\nc      │ [0x01, NULL] │ {2={a=1, x, a=NaN}} │ 14.20',
        '             NULL │                 │ []           │ {}                  │  NULL',
        '               -1 │ 漢字 \\u{1b}[31m │ NULL         │ NULL                │ -0.05',
        '(3 rows)',
        '',
      ].join('\n'),
    );
  });

  test('a table begins when enough rows are known for its widths, and goes on after that', () => {
    const columns = [{ name: 'n', type: type('integer') }];
    const writer = createResultWriter('table', columns);
    assert.equal(writer.rows([[1]]), '');
    const first = writer.rows(Array.from({ length: 1000 }, (_, index) => [index]));
    assert.match(first, /^ {3}n\n────\n {3}1\n/);
    assert.equal(writer.rows([[12345]]), ' 12345\n');
    assert.equal(writer.end(), '(1002 rows)\n');
    assert.equal(render('table', [], columns), ' n\n──\n(0 rows)\n');
  });

  test('CSV keeps NULL and the empty text apart and quotes what RFC 4180 says', () => {
    assert.equal(
      render('csv', [ROWS.slice(0, 1), ROWS.slice(1)]),
      'id,"te""xt",id,m,d\r\n' +
        '9007199254740993,"a,""b""\r\nc","[0x01, NULL]","{2={a=1, x, a=NaN}}",14.20\r\n' +
        ',"",[],{},\r\n' +
        '-1,漢字 \u001b[31m,,,-0.05\r\n',
    );
    assert.equal(render('csv', []), 'id,"te""xt",id,m,d\r\n');
  });

  test('JSON keeps every digit, makes names different and is one array over all pages', () => {
    const lines = [
      '{"id":9007199254740993,"te\\"xt":"a,\\"b\\"\\r\\nc","id_2":["AQ==",null],"m":{"2":{"a":1,"field1":"x","a_2":"NaN"}},"d":"14.20"}',
      '{"id":null,"te\\"xt":"","id_2":[],"m":{},"d":null}',
      '{"id":-1,"te\\"xt":"漢字 \\u001b[31m","id_2":null,"m":null,"d":"-0.05"}',
    ];
    assert.equal(render('json', [[], ROWS.slice(0, 1), [], ROWS.slice(1)]), `[\n${lines.join(',\n')}\n]\n`);
    assert.equal(render('ndjson', [ROWS]), lines.map(line => `${line}\n`).join(''));
    assert.equal(render('json', []), '[]\n');
    assert.equal((JSON.parse(render('json', [ROWS])) as unknown[]).length, 3);
  });
});
