import avro from 'avsc';

/** Longs as bigint: the library's own are numbers and refuse values beyond 2^53. */
const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
});

/** An Avro writer that is not ours. Longs are bigint, bytes are Buffer; the value of a union is `{ branch: value }`. */
export function avroWriter(schema: unknown): (value: unknown) => Uint8Array {
  const type = typeOf(schema);
  return value => type.toBuffer(value);
}

/** An Avro reader that is not ours, with values as {@link avroWriter} takes them. */
export function avroReader(schema: unknown): (bytes: Uint8Array) => unknown {
  const type = typeOf(schema);
  return bytes => type.fromBuffer(Buffer.from(bytes)) as unknown;
}

function typeOf(schema: unknown): avro.Type {
  return avro.Type.forSchema(structuredClone(schema) as avro.Schema, {
    registry: {},
    wrapUnions: 'always',
    typeHook: (attributes: unknown) => (isLong(attributes) ? LONG : undefined),
  });
}

function isLong(attributes: unknown): boolean {
  return attributes === 'long' || (attributes as { readonly type?: unknown } | null)?.type === 'long';
}
