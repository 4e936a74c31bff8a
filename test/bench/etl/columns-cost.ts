import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';
import { mapFormat } from '../../../pipeline/columns/map-rows.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { createJsonDecoder, decodeBatch } from '../../../pipeline/decode/json-decoder.ts';
import type { RecordBatch } from '../../../pipeline/kafka/record-source.ts';
import { planEncoding } from '../../../pipeline/table-plan.ts';
import { jsonFormat } from '../../../pipeline/rows/json-format.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { TAXI_SCHEMA } from '../../../pipeline/produce/taxi.ts';

/** What columns by rules add to decoding the taxi trips, in microseconds of processor per row. */
export interface ColumnsCost {
  /** The members of the records as they are. */
  readonly plain: number;
  /** A renamed column, a default, an offset column and a condition. */
  readonly simple: number;
  /** The same with two casts and a header. */
  readonly casts: number;
}

const ROUNDS = 15;

const SIMPLE = `columns:
  vendor: $.VendorID
  passenger_count: { default: 1 }
  source_offset: kafka.offset
filter: total_amount > -1000000 and vendor is not null
`;

const CASTS = `columns:
  vendor: $.VendorID
  passenger_count: { default: 1 }
  source_offset: kafka.offset
  fare_amount: { cast: string }
  tolls_amount: { cast: 'decimal(9,2)' }
  sent: kafka.timestamp
  trace: kafka.headers.trace
filter: total_amount > -1000000 and vendor is not null
`;

/** Rounds of all three alternate, so that whatever else the machine does meets them alike; the middle one of each counts. */
export function columnsCost(batch: RecordBatch): ColumnsCost {
  const decoders = {
    plain: openDecoding(batch, '', Object.entries(TAXI_SCHEMA)),
    simple: openDecoding(batch, SIMPLE, renamed([])),
    casts: openDecoding(batch, CASTS, renamed(['fare_amount', 'tolls_amount'])),
  };
  const times: Record<keyof ColumnsCost, number[]> = { plain: [], simple: [], casts: [] };
  for (let round = -3; round < ROUNDS; round++) {
    for (const name of ['plain', 'simple', 'casts'] as const) {
      const micros = decoders[name]();
      // The first rounds compile.
      if (round >= 0) times[name].push(micros);
    }
  }
  return { plain: median(times.plain), simple: median(times.simple), casts: median(times.casts) };
}

function renamed(cast: readonly string[]): [string, string][] {
  return Object.entries(TAXI_SCHEMA)
    .filter(([name]) => !cast.includes(name))
    .map(([name, type]) => [name === 'VendorID' ? 'vendor' : name, type]);
}

function openDecoding(
  batch: RecordBatch,
  settings: string,
  schema: readonly (readonly [string, string])[],
): () => number {
  const types = schema.map(([name, type]) => `  ${name}: ${type}`).join('\n');
  const text = `name: bench\nsource: { topic: t }\ntable: a.b\nschema:\n${types}\n${settings}`;
  const config = parsePipelineConfig(text, 'bench.pipeline.yaml');
  const fields = assignFieldIds(config.schema ?? []).fields;
  const metadata = createTableMetadata({
    key: config.table,
    fields,
    partitioning: [],
    warehouse: 's3://w',
    now: 0,
  });
  const plan = planEncoding(config, metadata);
  const decoder = createJsonDecoder(plan.columns, batch.count, plan);
  const careful = carefulRows(decoder, batch, mapFormat(jsonFormat, plan));
  return () => {
    decoder.rows = 0;
    const cpu = process.threadCpuUsage();
    decodeBatch(decoder, batch, { record: 0, byte: 0 }, { careful, onPoison: () => true });
    const { user, system } = process.threadCpuUsage(cpu);
    if (decoder.carefulRecords > 0 || decoder.rows !== batch.count)
      throw new Error(`${decoder.carefulRecords} records went the careful way, ${decoder.rows} became rows.`);
    return (user + system) / batch.count;
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
