import { crc32 } from 'node:zlib';
import type { connectKafka } from '../../pipeline/kafka/client.ts';
import { replayTopic } from '../../pipeline/kafka/replay-topic.ts';
import type { ColumnChecksum, DataChecksum } from './checksum.ts';

export interface TopicToCheck {
  readonly kafka: ReturnType<typeof connectKafka>;
  readonly topic: string;
  /** Iceberg types by column name. */
  readonly schema: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sums up a topic by reading it again with JSON.parse. Every record must be a row. */
export async function checksumTopic({ kafka, topic, schema, signal }: TopicToCheck): Promise<DataChecksum> {
  const columns = Object.entries(schema).map(([column, type]) => ({
    column,
    toBytes: bytesOf(type),
    present: 0n,
    sum: 0n,
  }));
  const rows = await replayTopic({
    kafka,
    topic,
    ...(signal === undefined ? {} : { signal }),
    onRecords: records => {
      const objects = records.map(
        ({ value }) => JSON.parse(String(value)) as Readonly<Record<string, unknown>>,
      );
      for (const column of columns) {
        let present = 0;
        let sum = 0;
        for (const object of objects) {
          const value = object[column.column];
          if (value === null || value === undefined) continue;
          present += 1;
          sum += crc32(column.toBytes(value));
        }
        column.present += BigInt(present);
        column.sum += BigInt(sum);
      }
    },
  });
  return {
    rows: BigInt(rows),
    columns: columns.map(({ column, present, sum }): ColumnChecksum => ({ column, present, sum })),
  };
}

/** The bytes of a JSON value that Trino makes from the table's value. */
function bytesOf(type: string): (value: unknown) => string | Buffer {
  const decimal = /^decimal\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(type);
  if (decimal !== null) return value => Number(value).toFixed(Number(decimal[1]));
  switch (type.replace(/\s+required$/, '')) {
    case 'double':
      return value => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(Number(value));
        return bytes;
      };
    case 'float':
      return value => {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatBE(Number(value));
        return bytes;
      };
    case 'timestamp':
      return value => String(Date.parse(`${String(value).replace(' ', 'T')}Z`));
    case 'timestamptz':
      return value => String(Date.parse(String(value)));
    default:
      return String;
  }
}
