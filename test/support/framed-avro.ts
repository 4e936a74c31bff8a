import { avroWriter } from './avro-library.ts';

/** A message as Confluent's serializers write it: 0, the id of the schema in four bytes, the value. */
export function framed(id: number, schema: unknown, value: unknown): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, avroWriter(schema)(value)]);
}
