import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type IcebergType, parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import type { DriftPlan } from '../../../pipeline/schema/drift-watch.ts';
import { type CsvDialect, DEFAULT_CSV, openCsvFormat } from '../../../pipeline/rows/csv-format.ts';
import { type DecodedRows, decodeOneWay } from '../../support/decode-one-way.ts';

const TYPES: Readonly<Record<string, string>> = {
  i: 'int',
  l: 'long!',
  d: 'double',
  f: 'float',
  p: 'decimal(9,2)',
  s: 'string',
  b: 'boolean',
  day: 'date',
  at: 'timestamp',
  tz: 'timestamptz',
  t: 'time',
  u: 'uuid',
};
const NAMES = [...Object.keys(TYPES), 'x'];
const MAP: IcebergType = {
  kind: 'map',
  keyId: 90,
  key: { kind: 'string' },
  valueId: 91,
  valueRequired: false,
  value: { kind: 'long' },
};

interface Way {
  readonly isDirect: boolean;
  readonly dialect?: Partial<CsvDialect>;
  readonly drift?: DriftPlan;
}

function decode(messages: readonly (string | Uint8Array)[], { isDirect, dialect, drift }: Way): DecodedRows {
  const primitives = Object.entries(TYPES).map(([name, type], index) => ({
    id: index + 1,
    name,
    required: type.endsWith('!'),
    type: parsePrimitive(type.replace('!', '')),
  }));
  const specs = toColumnSpecs([...primitives, { id: 50, name: 'm', required: false, type: MAP }]);
  const format = openCsvFormat({ ...DEFAULT_CSV, columns: NAMES, ...dialect }, specs);
  const decoder = createJsonDecoder(specs, 50, drift === undefined ? {} : { drift });
  return decodeOneWay(messages, { format, decoder, isDirect });
}

function bothWays(messages: readonly (string | Uint8Array)[], way: Omit<Way, 'isDirect'> = {}): DecodedRows {
  const fast = decode(messages, { ...way, isDirect: true });
  const careful = decode(messages, { ...way, isDirect: false });
  assert.deepEqual(fast.rows, careful.rows);
  assert.deepEqual(fast.reasons, careful.reasons);
  return fast;
}

const GOOD =
  '1,2,1.5,2.5,3.25,Zürich 🛫,true,2024-02-29,2024-01-01T00:00:00.5,2024-01-01 00:00:00Z,01:02:03,';
const LINE = `${GOOD}00112233-4455-6677-8899-aabbccddeeff,x`;

describe('the two ways from CSV into columns', () => {
  test('come to the same for whatever stands in the cells', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        '"',
        '""',
        '" "',
        'a"b',
        '"a""b"',
        '"a,b\r\n"',
        '007',
        '.5',
        '5.',
        '+1',
        '-0',
        ' 7 ',
        '1e3',
      ),
      fc.constantFrom(
        '9007199254740993',
        '-9223372036854775808',
        '9223372036854775808',
        '2147483648',
        '0.1',
        '123456789012345.6',
      ),
      fc.constantFrom(
        'true',
        'T',
        'f',
        '1',
        'FALSE',
        'NaN',
        '2023-02-29',
        '2024-02-29',
        '2024-01-01T00:00:00+01:00',
        '24:00:00',
      ),
      fc.constantFrom('é', '🛫', '\u0000', '\ufeff', '{"a":1}'),
      fc.integer().map(String),
      fc.double().map(String),
      fc.string({ maxLength: 4 }),
    );
    const good = LINE.split(',');
    const line = fc
      .tuple(fc.nat(NAMES.length - 1), cell, fc.nat(20), fc.constantFrom('\n', '\r\n', '\r', '', '\n\n'))
      .map(([at, text, cut, end]) => {
        const cells = good.with(at, text);
        return `${(cut === 0 ? cells.slice(1) : cells).join(',')}${end}`;
      });
    const message = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([lines, hasMark]) => `${hasMark ? '\ufeff' : ''}${lines.join('')}`);
    let direct = 0;
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), messages => {
        direct += messages.length - bothWays(messages).careful;
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 400) },
    );
    assert.ok(direct > 100, `${direct} on the fast path`);
  });

  test('the fast one takes what is common: quotes, nulls, several lines, a mark, and what no column wants', () => {
    const quoted = LINE.split(',')
      .map(cell => `"${cell}"`)
      .join(',');
    const nulls = `,7${','.repeat(NAMES.length - 2)}`;
    assert.equal(bothWays([LINE, quoted, nulls, `\ufeff${LINE}\r\n${nulls}\n\n${LINE}\n`]).careful, 0);
    const tabs = { delimiter: '\t', nullText: '\\N' };
    const line = LINE.replaceAll(',', '\t').replace('Zürich 🛫', '\\N');
    assert.equal(bothWays([line], { dialect: tabs }).careful, 0);
  });

  test('values that end in the middle of a character are no text, whatever stands beside them', () => {
    const umlaut = Buffer.from('ü');
    const [half, rest] = [umlaut.subarray(0, 1), umlaut.subarray(1)];
    const { reasons } = bothWays([
      Buffer.concat([Buffer.from(LINE), half]),
      Buffer.concat([rest, Buffer.from(LINE)]),
    ]);
    assert.equal(reasons.length, 2);
  });

  test('a cell that no column takes is passed over only where nobody wants to know of it', () => {
    const empty = LINE.replace(/x$/, '');
    assert.equal(bothWays([LINE, empty]).careful, 0);
    const refused = new Map<string, string>();
    const add = { action: 'add', full: undefined, refused } as const;
    // Lines with the map in them are of interest as a whole.
    assert.equal(bothWays([LINE, empty], { drift: add }).careful, 1);
    assert.equal(bothWays([LINE, empty], { drift: { action: 'deadLetter' } }).reasons.length, 2);
    const dialect = { columns: [...NAMES.slice(0, -1), 'm'] };
    assert.equal(bothWays([empty], { dialect, drift: add }).careful, 1);
  });
});
