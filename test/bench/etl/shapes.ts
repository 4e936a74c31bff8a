import { parsePipelineConfig, type PipelineConfig } from '../../../pipeline/config.ts';
import { createRandom, generateTaxiTrips, TAXI_SCHEMA } from '../../../pipeline/produce/taxi.ts';
import { type ProduceRow, ROWS_PER_BATCH, type RowStream } from '../../../pipeline/produce/rows.ts';

/** A kind of records to measure with. */
export interface Shape {
  readonly schema: Readonly<Record<string, string>>;
  readonly settings: string;
  rows(): RowStream;
  /** Each so-many-th record is no row. */
  readonly poisonEvery?: number;
}

const WIDE = 200;
const POISON_EVERY = 1_000_000;

export const SHAPES: Readonly<Record<string, Shape>> = {
  taxi: { schema: TAXI_SCHEMA, settings: '', rows: () => generateTaxiTrips(1) },
  poison: {
    schema: TAXI_SCHEMA,
    settings: '',
    poisonEvery: POISON_EVERY,
    rows: () => poisoned(generateTaxiTrips(1)),
  },
  wide: {
    schema: Object.fromEntries(
      Array.from({ length: WIDE }, (_, i) => [
        `c${i}`,
        i % 4 === 0 ? 'string' : i % 4 === 1 ? 'long' : 'double',
      ]),
    ),
    settings: '',
    rows: () =>
      generate(random =>
        Object.fromEntries(
          Array.from({ length: WIDE }, (_, i) => [
            `c${i}`,
            i % 4 === 0
              ? `v${Math.floor(random() * 50)}`
              : i % 4 === 1
                ? Math.floor(random() * 1e6)
                : Math.round(random() * 1e4) / 100,
          ]),
        ),
      ),
  },
  nested: {
    schema: { id: 'long', place: '{ city: string, lat: double, lon: double }', tags: '[string]' },
    settings: '',
    rows: () =>
      generate(random => ({
        id: Math.floor(random() * 1e9),
        place: { city: `city ${Math.floor(random() * 900)}`, lat: random() * 90, lon: random() * 180 },
        tags: Array.from({ length: Math.floor(random() * 4) }, (_, i) => `tag${i}`),
      })),
  },
  highcard: {
    schema: { id: 'string', a: 'double', b: 'double', n: 'long', at: 'timestamptz' },
    settings: '',
    rows: () =>
      generate(random => ({
        id: `${(random() * 2 ** 32).toString(36)}-${(random() * 2 ** 32).toString(36)}`,
        a: random(),
        b: random() * 1e6,
        n: Math.floor(random() * Number.MAX_SAFE_INTEGER),
        at: new Date(1.7e12 + Math.floor(random() * 1e10)).toISOString(),
      })),
  },
};

/** The pipeline file for a shape. */
export function shapeConfig(shape: Shape, name: string, topic: string, interval: string): PipelineConfig {
  const schema = Object.entries(shape.schema)
    .map(([column, type]) => `  ${column}: ${type}`)
    .join('\n');
  const text = `name: ${name}\nsource: { topic: ${topic} }\ntable: bench.${name}\ncommit: { interval: ${interval} }\n${shape.settings}schema:\n${schema}\n`;
  return parsePipelineConfig(text, `${name}.pipeline.yaml`);
}

async function* generate(make: (random: () => number) => ProduceRow): RowStream {
  const random = createRandom(1);
  for (;;) yield Array.from({ length: ROWS_PER_BATCH }, () => make(random));
}

async function* poisoned(rows: RowStream): RowStream {
  let count = 0;
  for await (const some of rows) {
    yield some.map(row => (++count % POISON_EVERY === 0 ? { ...row, VendorID: 'no number' } : row));
  }
}
