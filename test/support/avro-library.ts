import avro from 'avsc';
import { bigintLongs } from '../../catalog/iceberg/avro.ts';

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
    typeHook: bigintLongs,
  });
}
