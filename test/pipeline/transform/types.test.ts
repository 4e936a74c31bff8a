import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { loadPipelineConfig } from '../../../pipeline/config/load-config.ts';
import { parseRecord, type RecordValue } from '../../../pipeline/decode/parse-record.ts';
import { generateTaxiTrips } from '../../../pipeline/produce/taxi.ts';
import { createShape, observe } from '../../../pipeline/schema/shape.ts';
import { printDeclarations } from '../../../pipeline/transform/types/print-declarations.ts';
import { tableOf } from '../../support/transforms.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const EXAMPLES = path.join(ROOT, 'examples');
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-types-'));
after(() => rmSync(folder, { recursive: true }));

function declarationsOf(records: readonly string[], schema: string): string {
  const input = createShape();
  for (const record of records) observe(input, parseRecord(record));
  const yaml = `name: t\nsource: { topic: t }\ntable: a.b\nschema: ${schema}\n`;
  return printDeclarations({
    pipelineFile: 't.pipeline.yaml',
    input,
    columns: parsePipelineConfig(yaml, 't').schema,
  });
}

/** What the compiler says about a transform. */
function check(declarations: string, body: string): string {
  writeFileSync(path.join(folder, 't.pipeline.d.ts'), declarations);
  writeFileSync(
    path.join(folder, 't.transform.ts'),
    `import type { Transform } from './t.pipeline.d.ts';\nexport const transform: Transform = ${body};\n`,
  );
  writeFileSync(path.join(folder, 'tsconfig.json'), readFileSync(path.join(EXAMPLES, 'tsconfig.json')));
  return compile(folder);
}

function compile(project: string): string {
  const compiler = path.join(ROOT, 'node_modules/typescript-7/bin/tsc');
  try {
    execFileSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

describe('the declarations of a transform', () => {
  const records = [
    '{"id":1,"big":9007199254740993,"at":"2026-01-01T00:00:00Z","price":1234567890123456789.12,"a b":true,"o":{"x":1,"y":[1.5,null]},"none":null,"tags":[]}',
    '{"id":2,"big":1,"at":null,"price":1,"a b":false,"o":{"x":"text"},"m":{"2026-01-01":1}}',
  ];
  const schema =
    '{ id: long required, at: timestamptz, price: "decimal(38,2)", raw: binary, o: { x: string, n: [double] }, m: { map: { key: string, value: long } } }';

  test('say what the records hold and what the columns take', () => {
    const text = declarationsOf(records, schema);
    const part = (name: string): string =>
      new RegExp(`export type ${name} = (.*?);\n\n`, 's').exec(text)?.[1] ?? '';
    assert.equal(
      part('Input'),
      `{
  id: number;
  big: number | bigint;
  at: string | null;
  price: number | bigint | ExactDecimal;
  "a b": boolean;
  o: {
    x: number | string;
    y?: (number | null)[];
  };
  none?: null;
  tags?: unknown[];
  m?: Record<string, number>;
}`,
    );
    assert.equal(
      part('Output'),
      `{
  id: number | bigint;
  at?: string | Date | null | undefined;
  price?: number | bigint | string | ExactDecimal | null | undefined;
  raw?: string | Uint8Array | null | undefined;
  o?: {
    x?: string | null | undefined;
    n?: readonly (number | bigint | ExactDecimal | null)[] | null | undefined;
  } | null | undefined;
  m?: Readonly<Record<string, number | bigint | null>> | ReadonlyMap<string, number | bigint | null> | null | undefined;
}`,
    );
  });

  test('let the compiler accept what is right and point at what is wrong', () => {
    const declarations = declarationsOf(records, schema);
    assert.equal(
      check(
        declarations,
        `(record, context) => record['a b'] ? undefined : [{ id: context.offset, price: record.price, at: context.timestamp,
          m: new Map([['a', 1n]]), o: { x: String(record.o.x), n: record.o.y ?? [] } }]`,
      ),
      '',
    );
    const wrong = check(declarations, 'record => ({ id: record.idd, at: 5, price: 1 })');
    assert.match(wrong, /t\.transform\.ts\(2,\d+\): error TS2339: Property 'idd' does not exist/);
    assert.match(wrong, /Type 'number' is not assignable to type 'string \| Date/);
    assert.match(check(declarations, 'async () => undefined'), /error TS2322/);
    assert.match(check(declarations, 'record => ({ price: record.price })'), /Property 'id' is missing/);
  });
});

describe('the example with a transform', () => {
  test('has declarations as they are written, and compiles against them', async () => {
    const input = createShape();
    for (const trip of await takeTrips(1_000)) observe(input, trip as RecordValue);
    const pipelineFile = 'taxi-fares.pipeline.yaml';
    const { schema } = await loadPipelineConfig(path.join(EXAMPLES, pipelineFile));
    assert.equal(
      readFileSync(path.join(EXAMPLES, 'taxi-fares.pipeline.d.ts'), 'utf8'),
      printDeclarations({ pipelineFile, input, columns: schema }),
    );
    assert.equal(compile(EXAMPLES), '');
  });

  test('makes rows that fit its columns', async () => {
    const { schema = [], transform } = await loadPipelineConfig(
      path.join(EXAMPLES, 'taxi-fares.pipeline.yaml'),
    );
    assert.ok(transform?.code !== undefined);
    const trip = (await takeTrips(1))[0] as Record<string, unknown>;
    const { rows, reasons } = await tableOf(
      Object.fromEntries(schema.map(({ name, type }) => [name, type])),
      transform.code,
      [
        { ...trip, fare_amount: 20, trip_distance: 4, tip_amount: 5, PULocationID: 7 },
        { ...trip, fare_amount: 0 },
        { ...trip, tpep_dropoff_datetime: '1999-01-01 00:00:00' },
      ].map(record => JSON.stringify(record)),
    );
    assert.equal(rows.length, 1);
    const row = rows[0] as Record<string, unknown>;
    assert.deepEqual(
      [row['fare'], row['fare_per_mile'], row['tip_percent'], row['zone'], row['offset']],
      [2000n, 5, 25, 7n, 0n],
    );
    assert.match(
      reasons[0] ?? '',
      /^taxi-fares\.transform\.ts: RangeError: the trip ends \d+ minutes before it begins at transform \(taxi-fares\.transform\.ts:10\)$/,
    );
  });
});

async function takeTrips(count: number): Promise<readonly object[]> {
  const trips: object[] = [];
  for await (const rows of generateTaxiTrips(1)) {
    trips.push(...rows.slice(0, count - trips.length));
    if (trips.length >= count) break;
  }
  return trips;
}
