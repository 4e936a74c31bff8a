import fc from 'fast-check';

/** A schema, values as the other library wants them, and as the reader should give them. */
export interface AvroCase {
  readonly schema: unknown;
  readonly pairs: fc.Arbitrary<readonly [written: unknown, read: unknown]>;
}

const same = (values: fc.Arbitrary<unknown>): AvroCase['pairs'] =>
  values.map(value => [value, value] as const);
const text = fc.string({ unit: 'grapheme' });
let names = 0;

const primitive: fc.Arbitrary<AvroCase> = fc.constantFrom<AvroCase>(
  { schema: 'null', pairs: same(fc.constant(null)) },
  { schema: 'boolean', pairs: same(fc.boolean()) },
  { schema: 'int', pairs: same(fc.integer()) },
  {
    schema: 'long',
    pairs: fc
      .oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger().map(BigInt))
      .map(value => [value, Number.isSafeInteger(Number(value)) ? Number(value) : value] as const),
  },
  { schema: 'float', pairs: same(fc.float()) },
  { schema: 'double', pairs: same(fc.double()) },
  { schema: 'bytes', pairs: same(fc.uint8Array().map(bytes => Buffer.from(bytes))) },
  { schema: 'string', pairs: same(text) },
);

function fixedCase(size: number): AvroCase {
  const schema = { type: 'fixed', name: `F${names++}`, size };
  return {
    schema,
    pairs: same(fc.uint8Array({ minLength: size, maxLength: size }).map(b => Buffer.from(b))),
  };
}

function enumCase(): AvroCase {
  const symbols = ['A', 'B', 'C_3'];
  return { schema: { type: 'enum', name: `E${names++}`, symbols }, pairs: same(fc.constantFrom(...symbols)) };
}

function both(
  values: fc.Arbitrary<readonly (readonly [unknown, unknown])[]>,
  join: (items: readonly unknown[]) => unknown,
): AvroCase['pairs'] {
  return values.map(list => [join(list.map(([w]) => w)), join(list.map(([, r]) => r))] as const);
}

function recordCase(members: readonly AvroCase[]): AvroCase {
  const fields = members.map(({ schema }, index) => ({ name: `f${index}`, type: schema }));
  const join = (items: readonly unknown[]): unknown =>
    Object.fromEntries(items.map((item, index) => [`f${index}`, item]));
  return {
    schema: { type: 'record', name: `R${names++}`, fields },
    pairs: both(fc.tuple(...members.map(({ pairs }) => pairs)), join),
  };
}

function mapCase({ schema, pairs }: AvroCase): AvroCase {
  const entries = fc.uniqueArray(fc.tuple(text, pairs), { maxLength: 4, selector: ([key]) => key });
  const join = (list: readonly (readonly [string, readonly [unknown, unknown]])[], side: 0 | 1): unknown =>
    Object.fromEntries(list.filter(([key]) => key !== '__proto__').map(([key, pair]) => [key, pair[side]]));
  return {
    schema: { type: 'map', values: schema },
    pairs: entries.map(list => [join(list, 0), join(list, 1)]),
  };
}

function nullable({ schema, pairs }: AvroCase): AvroCase {
  const { type, name } =
    typeof schema === 'string' ? { type: schema } : (schema as { type: string; name?: string });
  const branch = name ?? type;
  return {
    schema: ['null', schema],
    pairs: fc.oneof(
      fc.constant([null, null] as const),
      pairs.map(([written, read]) => [{ [branch]: written }, read] as const),
    ),
  };
}

const long = (logicalType: string, low: bigint, high: bigint): AvroCase => ({
  schema: { type: 'long', logicalType },
  pairs: fc.bigInt({ min: low, max: high }).map(value => [value, undefined] as const),
});
const decimal = (precision: number, scale: number, bytes: number): AvroCase => ({
  schema: { type: 'bytes', logicalType: 'decimal', precision, scale },
  pairs: fc.uint8Array({ maxLength: bytes }).map(value => [Buffer.from(value), undefined] as const),
});

/** Values a little beyond what is allowed are among them. */
const LOGICAL: readonly AvroCase[] = [
  {
    schema: { type: 'int', logicalType: 'date' },
    pairs: fc.integer({ min: -719_200, max: 2_933_000 }).map(value => [value, undefined] as const),
  },
  long('timestamp-millis', -62_135_600_000_000n, 253_402_400_000_000n),
  long('timestamp-micros', -62_135_600_000_000_000n, 253_402_400_000_000_000n),
  long('local-timestamp-millis', -62_135_600_000_000n, 253_402_400_000_000n),
  long('local-timestamp-micros', -62_135_600_000_000_000n, 253_402_400_000_000_000n),
  long('timestamp-nanos', -(2n ** 63n), 2n ** 63n - 1n),
  long('time-micros', -10n, 86_400_000_010n),
  decimal(9, 2, 4),
  decimal(38, 10, 17),
];

const { any } = fc.letrec<{ any: AvroCase }>(tie => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    primitive,
    fc.integer({ min: 0, max: 20 }).map(fixedCase),
    fc.constant(null).map(enumCase),
    tie('any')
      .filter(({ schema }) => !isEmpty(schema))
      .map(({ schema, pairs }) => ({
        schema: { type: 'array', items: schema },
        pairs: both(fc.array(pairs, { maxLength: 4 }), items => items),
      })),
    tie('any').map(mapCase),
    tie('any')
      .filter(({ schema }) => schema !== 'null' && !Array.isArray(schema))
      .map(nullable),
    fc.array(tie('any'), { minLength: 1, maxLength: 4 }).map(recordCase),
  ),
}));

/** Types whose values take no bytes: lists of them are refused, see below. */
function isEmpty(schema: unknown): boolean {
  if (schema === 'null') return true;
  const { type, size, fields } = schema as { type?: string; size?: number; fields?: { type: unknown }[] };
  return (
    (type === 'fixed' && size === 0) || (type === 'record' && fields?.every(f => isEmpty(f.type)) === true)
  );
}

/** Cases of any type, nested up to three levels. */
export const avroCases: fc.Arbitrary<AvroCase> = any;

/** Records of any fields, with logical types too: those are only written. */
export const avroRecords: fc.Arbitrary<AvroCase> = fc
  .array(fc.oneof(any, fc.constantFrom(...LOGICAL), fc.constantFrom(...LOGICAL).map(nullable)), {
    minLength: 1,
    maxLength: 6,
  })
  .map(recordCase);
