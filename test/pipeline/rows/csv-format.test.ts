import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { appendRecord } from '../../../pipeline/rows/append-rows.ts';
import { type CsvDialect, DEFAULT_CSV, openCsvFormat } from '../../../pipeline/rows/csv-format.ts';
import { readCsvLines } from '../../../pipeline/rows/csv-lines.ts';
import { BadRecord, rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import { rowsOf } from '../../support/columns.ts';
import { batchOf } from '../../support/record-batch.ts';

/** What messages become in columns of these types, e.g. `{ a: 'long' }`; reasons stand where there is no row. */
function decode(
  types: Readonly<Record<string, string>>,
  messages: readonly (string | Uint8Array | null)[],
  dialect: Partial<CsvDialect> = {},
): unknown[] {
  const specs = toColumnSpecs(
    Object.entries(types).map(([name, text], index) => ({
      id: index + 1,
      name,
      required: false,
      type: text === 'list' ? LIST : parsePrimitive(text),
    })),
  );
  const format = openCsvFormat({ ...DEFAULT_CSV, columns: Object.keys(types), ...dialect }, specs);
  const decoder = createJsonDecoder(specs, 64);
  const result: unknown[] = [];
  for (const message of messages) {
    decoder.rows = 0;
    const reason = appendRecord(decoder, format, rawRecordAt(batchOf([message]), { record: 0, byte: 0 }));
    if (reason === undefined) result.push(...rowsOf(decoder.columns, decoder.rows));
    else result.push(reason);
  }
  return result;
}

const LIST = { kind: 'list', elementId: 0, elementRequired: false, element: { kind: 'long' } } as const;

describe('a CSV message', () => {
  test('is one line or several, with or without quotes, however they end', () => {
    const types = { a: 'long', s: 'string' };
    assert.deepEqual(
      decode(types, [
        '1,x',
        '2,y\n3,z\n',
        '4,"a,b"\r\n5,"c ""d"""\r\n',
        '\ufeff6,é\r7,🛫',
        '\ufeff"8",y\n\n9,"x\ny"',
      ]),
      [
        { a: 1n, s: 'x' },
        { a: 2n, s: 'y' },
        { a: 3n, s: 'z' },
        { a: 4n, s: 'a,b' },
        { a: 5n, s: 'c "d"' },
        { a: 6n, s: 'é' },
        { a: 7n, s: '🛫' },
        { a: 8n, s: 'y' },
        { a: 9n, s: 'x\ny' },
      ],
    );
  });

  test('may have columns that are called like members of every object', () => {
    const types = Object.fromEntries([
      ['__proto__', 'string'],
      ['constructor', 'long'],
    ]);
    assert.deepEqual(Object.entries(decode(types, ['x,1'])[0] ?? {}), [
      ['__proto__', 'x'],
      ['constructor', 1n],
    ]);
  });

  test('has null where a cell is empty, and an empty text where it is quoted', () => {
    const types = { a: 'string', b: 'string', c: 'long' };
    assert.deepEqual(decode(types, [',"",', ',,', '"",,1']), [
      { a: null, b: '', c: null },
      { a: null, b: null, c: null },
      { a: '', b: null, c: 1n },
    ]);
    assert.deepEqual(decode(types, ['\\N,,\\N', '"\\N",x,1'], { nullText: '\\N' }), [
      { a: null, b: '', c: null },
      { a: '\\N', b: 'x', c: 1n },
    ]);
  });

  test('becomes the types of the columns exactly', () => {
    const types = {
      flag: 'boolean',
      n: 'long',
      i: 'int',
      d: 'double',
      p: 'decimal(38,10)',
      day: 'date',
      clock: 'time',
      at: 'timestamptz',
      id: 'uuid',
      raw: 'binary',
      tags: 'list',
      zip: 'string',
    };
    const long = `${'9'.repeat(28)}.0123456789`;
    const [row] = decode(types, [
      `TRUE, 9007199254740993 ,-7,1.5e300,-${long},2024-02-29,23:59:59.999999,2024-01-01T00:00:00+01:00,00112233-4455-6677-8899-aabbccddeeff,AAEC,"[1,9007199254740993]",007`,
    ]);
    assert.deepEqual(row, {
      flag: true,
      n: 9007199254740993n,
      i: -7,
      d: 1.5e300,
      p: -BigInt(long.replace('.', '')),
      day: 19_782,
      clock: 86_399_999_999n,
      at: 1_704_063_600_000_000n,
      id: '00112233445566778899aabbccddeeff',
      raw: '000102',
      tags: [1n, 9007199254740993n],
      zip: '007',
    });
    assert.deepEqual(
      decode({ d: 'double', f: 'boolean', n: 'long' }, [
        'NaN,t,+5',
        '-Infinity,0,1e3',
        '.5,F,007',
        '5.,1,-0',
      ]),
      [
        { d: NaN, f: true, n: 5n },
        { d: -Infinity, f: false, n: 1000n },
        { d: 0.5, f: false, n: 7n },
        { d: 5, f: true, n: 0n },
      ],
    );
  });

  test('is refused with the reason, whole', () => {
    const types = { a: 'long', b: 'boolean' };
    assert.deepEqual(
      decode(types, [
        null,
        '',
        '1',
        '1,true\n2,true,3',
        '1,yes',
        '1,true\n1.5,true',
        '9223372036854775808,true',
        '1,"true',
        '1,"true"x',
        '1,tr"ue',
        Uint8Array.of(49, 44, 0xc3, 0x28),
      ]),
      [
        'a tombstone: the record has no value',
        'an empty message',
        'line 1 has 1 cells, 2 were expected',
        'line 2 has 3 cells, 2 were expected',
        '"b" expects boolean, found "yes"',
        'row 2 of 2: "a" expects long, found 1.5',
        '"a" expects long, found 9223372036854775808',
        'no CSV: line 1 has a quote that is not closed',
        'no CSV: line 1 has something behind a closing quote',
        'no CSV: line 1 has a quote inside a cell',
        'no CSV: it is no UTF-8',
      ],
    );
  });

  test('may begin with a line of names, and be separated by anything', () => {
    const types = { a: 'long', b: 'string' };
    const own = { columns: [], header: true };
    assert.deepEqual(
      decode(types, ['b;a\nx;1\ny;2', '"a"\n3', 'b;b\n1;2', '\n'], { ...own, delimiter: ';' }),
      [
        { a: 1n, b: 'x' },
        { a: 2n, b: 'y' },
        { a: 3n, b: null },
        'no CSV: the line of names has "b" twice',
        'no CSV: the line of names is missing',
      ],
    );
    assert.deepEqual(decode(types, ['1\t"x\ty"', '2\ta,b'], { delimiter: '\t' }), [
      { a: 1n, b: 'x\ty' },
      { a: 2n, b: 'a,b' },
    ]);
  });
});

describe('the lines of a CSV text', () => {
  test('are those that another parser finds', () => {
    const piece = fc.constantFrom('a', 'é', '"', '""', ',', ';', '\n', '\r\n', '\r', ' ', '1', '"x,y"', '');
    const texts = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''));
    let compared = 0;
    fc.assert(
      fc.property(texts, text => {
        let expected: unknown;
        try {
          expected = parse(text, {
            record_delimiter: ['\r\n', '\n', '\r'],
            relax_column_count: true,
            skip_empty_lines: true,
            cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
          });
        } catch {
          assert.throws(() => readCsvLines(text, DEFAULT_CSV), BadRecord);
          return;
        }
        compared += 1;
        assert.deepEqual(readCsvLines(text, DEFAULT_CSV), expected);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
    );
    assert.ok(compared > 50);
  });

  test('are what was written, whatever the cells are', () => {
    const cell = fc.option(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '🛫') }), {
      nil: null,
    });
    const lines = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 });
    const write = (value: string | null): string =>
      value === null ? '' : `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n'), (cells, end) => {
        const text = cells.map(line => line.map(write).join(',') + end).join('');
        assert.deepEqual(readCsvLines(text, DEFAULT_CSV), cells);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
    );
  });
});
