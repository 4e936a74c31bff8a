import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeRows, type TrinoColumn } from '../../../../catalog/trino/client.ts';
import { cutRows } from '../../../../catalog/trino/row-bytes.ts';
import { createCsvBytes } from '../../../../client/notebook/export/csv-bytes.ts';
import { textReader } from '../../../../client/notebook/results/stored-value.ts';
import { createTextFormat } from '../../../../client/notebook/results/text-formats.ts';
import { parseTrinoType } from '../../../../client/notebook/results/trino-type.ts';

/** JSON of a value as Trino writes it, by the type of its column. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  boolean: fc.constantFrom('true', 'false'),
  integer: fc.integer().map(String),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  double: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map(javaDouble),
    fc.constantFrom(
      '"NaN"',
      '"Infinity"',
      '"-Infinity"',
      '-0.0',
      '0.0',
      '1.0E10',
      '4.9E-324',
      '17.0',
      '-3.0',
    ),
  ),
  real: fc.constantFrom('0.1', '1.6777216E7', '-0.0', '"NaN"', '3.0', '3.4028235E38'),
  'decimal(38,2)': fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(value => `"${value}.25"`),
  varchar: fc.oneof(
    fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)),
    fc
      .string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\\', 'é', '🚕', 'a', '\t', '/') })
      .map(text => JSON.stringify(text)),
    fc.constantFrom('""', '"\\u00e9\\/"', '"null"'),
  ),
  date: fc.constantFrom('"1969-12-31"', '"-0001-01-01"'),
  'timestamp(12) with time zone': fc.constantFrom('"2020-06-01 12:00:00.123456789012 Europe/Berlin"'),
  varbinary: fc.uint8Array().map(bytes => JSON.stringify(Buffer.from(bytes).toString('base64'))),
  'array(bigint)': fc.constantFrom('[]', '[1,null,9007199254740993]'),
  json: fc.constantFrom('"{\\"a\\": [1, 2]}"', '"null"'),
};
const COLUMNS: readonly TrinoColumn[] = Object.keys(VALUES).map((text, i) => ({
  name: `c${i}`,
  type:
    text === 'array(bigint)'
      ? { name: 'array', text, arguments: [{ type: { name: 'bigint', text: 'bigint', arguments: [] } }] }
      : { name: text.replace(/\(\d+(,\d+)?\)/, ''), text, arguments: [] },
}));
const ROW = fc
  .tuple(...Object.values(VALUES).map(value => fc.option(value, { nil: 'null', freq: 6 })))
  .map(values => `[${values.join(',')}]`);

describe("CSV from the bytes of Trino's rows", () => {
  test('is to the byte what the values of the same rows give', () => {
    // One writer for all of them: a page must leave nothing behind for the next one.
    const toCsv = createCsvBytes(COLUMNS);
    fc.assert(
      fc.property(fc.array(ROW, { maxLength: 12 }), rows => {
        const data = Buffer.from(`[${rows.join(',')}]`);
        const written = toCsv(data);
        assert.equal(written.rows, rows.length);
        assert.equal(Buffer.from(written.csv).toString('utf8'), slowCsv(data));
      }),
      { numRuns: Number(process.env['LAKEHOUSE_TEST_CASES'] ?? 400) },
    );
  });

  test('finds room for values that are longer than their JSON', () => {
    const columns = [{ name: 'raw', type: { name: 'varbinary', text: 'varbinary', arguments: [] } }];
    const toCsv = createCsvBytes(columns);
    const raw = Buffer.alloc(100_000, 7);
    const row = `["${raw.toString('base64')}"]`;
    const { csv } = toCsv(Buffer.from(`[${row},${row}]`));
    const line = `0x${raw.toString('hex')}\n`;
    assert.equal(Buffer.from(csv).toString('utf8'), line + line);
  });

  test('refuses what is no JSON array of arrays', () => {
    const toCsv = createCsvBytes(COLUMNS.slice(0, 1));
    for (const text of ['[[true]', '[[true,false]]', '{}', '[true]', '[["x]]', '']) {
      assert.throws(() => toCsv(Buffer.from(text)), SyntaxError, text);
    }
  });

  test('gets rows that are cut out of an answer, whatever texts and maps they hold', () => {
    const rows = `[[{"stats":{"a":[1]}},"],\\"stats\\":{"],[{"data":[1],"stats":{}},"\\"data\\":["]]`;
    const text = `{"id":"x","columns":[{"name":"\\"data\\":["}],"data":${rows},"stats":{"state":"RUNNING"},"warnings":[]}`;
    const { envelope, data } = cutRows(Buffer.from(text));
    assert.equal(data?.toString('utf8'), rows);
    assert.deepEqual(JSON.parse(envelope), { ...(JSON.parse(text) as object), data: [] });
    const none = '{"id":"x","stats":{"state":"QUEUED"}}';
    assert.deepEqual(cutRows(Buffer.from(none)), { envelope: none });
  });
});

function slowCsv(data: Buffer): string {
  const columns = COLUMNS.map(({ name, type }) => ({ name, type: type.text }));
  const readers = COLUMNS.map(({ type }) => textReader(parseTrinoType(type.text)));
  const format = createTextFormat('CSV', { columns, withHeader: false });
  return decodeRows(data, COLUMNS)
    .map((row, index) =>
      format.row(
        row.map((value, i) => readers[i]?.(value) ?? null),
        index,
      ),
    )
    .join('');
}

/** A double as Java writes it. */
function javaDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (Math.abs(value) >= 1e-3 || value === 0) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
