import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import { loadPipelineConfig } from '../../../pipeline/config/load-config.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-transform-'));
after(() => rmSync(folder, { recursive: true }));

const CODE = `import type { Transform } from './trips.pipeline.d.ts';
import { ZONES } from './zones.ts';

/** Returns of an order become rows of their own. */
export const transform: Transform = (trip, context) => {
  if (trip.fare < 0) return undefined;
  if (trip.fare === 0) throw new RangeError(\`no fare in \${ZONES[trip.zone] ?? 'nowhere'}\`);
  const row = { id: trip.id, zone: ZONES[trip.zone], fare: trip.fare.toFixed(2), at: context.timestamp, source: context.headers['source'] };
  return trip.returns === true ? [row, { ...row, id: -BigInt(trip.id) }] : row;
};
`;
const ZONES = 'export const ZONES: Readonly<Record<string, string | undefined>> = { a: "Newark" };\n';
const SCHEMA = 'id: long required\nzone: string\nfare: decimal(9,2)\nat: timestamptz\nsource: string';
const RECORDS = [
  '{"id":9007199254740993,"fare":7.5,"zone":"a"}',
  '{"id":2,"fare":-1,"zone":"a"}',
  '{"id":3,"fare":0,"zone":"a"}',
  '{"id":4,"fare":12,"zone":"b","returns":true}',
];

/** Writes the pipeline's files; answers that of the pipeline. */
function writeFiles(ground: Playground, code: string): string {
  const file = path.join(folder, 'trips.pipeline.yaml');
  writeFileSync(file, `${ground.yaml}transform: ./trips.transform.ts\n`);
  writeFileSync(path.join(folder, 'trips.transform.ts'), code);
  writeFileSync(path.join(folder, 'zones.ts'), ZONES);
  return file;
}

function run(
  values: Readonly<Record<string, string | boolean>>,
  ...words: string[]
): Promise<CommandOutcome> {
  return runCommand(etl, { values, positionals: words, cwd: folder });
}

describe('a pipeline with a transform', () => {
  test('writes the rows that it makes, dead letters with their line, and which code it was', async () => {
    await using ground = await openPlayground('transform', { schema: SCHEMA, partitions: 1 });
    const file = writeFiles(ground, CODE);
    await ground.produce(
      RECORDS.map((value, index) => ({ key: `k${index}`, value, headers: { source: `s${index}` } })),
    );
    const config = await loadPipelineConfig(file);
    // What runs is what was read, whatever becomes of the files.
    writeFileSync(path.join(folder, 'trips.transform.ts'), 'export const transform = 5;');
    const summary = await ground.run({ config });
    assert.deepEqual([summary.rows, summary.poisonRecords], [3n, 1n]);
    assert.deepEqual(
      await ground.query(
        `SELECT id, zone, CAST(fare AS varchar), source, at > now() - INTERVAL '1' HOUR FROM ${ground.sqlName} ORDER BY id`,
      ),
      [
        [-4n, null, '12.00', 's3', true],
        [4n, null, '12.00', 's3', true],
        [9007199254740993n, 'Newark', '7.50', 's0', true],
      ],
    );
    assert.deepEqual(await ground.query(`SELECT "offset", error FROM ${ground.deadLetters}`), [
      [2n, 'trips.transform.ts: RangeError: no fare in Newark at transform (trips.transform.ts:7)'],
    ]);
    const sums = Object.entries({ 'trips.transform.ts': CODE, 'zones.ts': ZONES })
      .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
      .sort();
    assert.equal(
      await ground.value(
        `SELECT element_at(summary, 'lakehouse.transform') FROM ${ground.sqlName.replace(/"$/, '$snapshots"')} ORDER BY committed_at DESC LIMIT 1`,
      ),
      createHash('sha256').update(sums.join('')).digest('hex'),
    );
  });

  test('halts before the first record where its code cannot be used', async () => {
    await using ground = await openPlayground('unusable', { schema: SCHEMA, partitions: 1 });
    const config = await loadPipelineConfig(writeFiles(ground, 'export const transform = async () => [];'));
    await assert.rejects(
      ground.start({ config }).finished,
      error =>
        error instanceof PipelineHalt &&
        error.code === 'transform-unusable' &&
        /^The transform trips\.transform\.ts cannot be used\. Its function must not be async/.test(
          error.message,
        ),
    );
  });

  test('is tried without writing anything, typed, and proposes the columns that it makes', async () => {
    await using ground = await openPlayground('tried', { schema: SCHEMA, partitions: 1 });
    writeFiles(ground, CODE);
    await ground.produce(RECORDS.map(value => ({ key: null, value, headers: { source: 'x' } })));

    const typed = await run({}, 'types', 'trips.pipeline.yaml');
    assert.match(typed.stdout, /^Wrote trips\.pipeline\.d\.ts\./);
    const declarations = readFileSync(path.join(folder, 'trips.pipeline.d.ts'), 'utf8');
    assert.match(declarations, /export type Input = \{\n {2}id: number \| bigint;\n {2}fare: number;/);
    assert.match(declarations, /returns\?: boolean;/);
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      readFileSync(path.resolve(import.meta.dirname, '../../../examples/tsconfig.json')),
    );
    const compiler = path.resolve(import.meta.dirname, '../../../node_modules/typescript-7/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', folder]);

    const tried = await run({}, 'try', 'trips.pipeline.yaml');
    assert.equal(tried.code, 1);
    assert.match(
      tried.stdout,
      /offset 0\n {2}\{"id":9007199254740993,"fare":7\.5,"zone":"a"\}\n {2}→ \{"id":9007199254740993,"zone":"Newark","fare":7\.50,"at":"20/,
    );
    assert.match(tried.stdout, /offset 1\n.*\n {2}no row\n/);
    assert.match(
      tried.stdout,
      /offset 2\n.*\n {2}dead letter: trips\.transform\.ts: RangeError: no fare in Newark at transform/,
    );
    assert.match(tried.stdout, /4 records: 3 rows, 1 filtered out, 1 dead letter\. Nothing was written\.\n$/);
    const json = await run({ json: true, limit: '1' }, 'try', 'trips.pipeline.yaml');
    assert.equal(json.code, 0);
    const { records } = JSON.parse(json.stdout) as {
      readonly records: readonly { readonly rows: object[] }[];
    };
    assert.deepEqual([records.length, records[0]?.rows.length], [1, 1]);
    assert.equal(
      await ground.value(
        `SELECT count(*) FROM iceberg.information_schema.tables WHERE table_schema = '${NAMESPACE}' AND table_name LIKE '${ground.table}%'`,
      ),
      0n,
    );

    const yaml = path.join(folder, 'trips.pipeline.yaml');
    writeFileSync(
      yaml,
      `name: ${ground.table}\nsource: { topic: ${ground.topic} }\ntable: ${NAMESPACE}.${ground.table}\ntransform: ./trips.transform.ts\n`,
    );
    const asked = await run({ once: true }, 'trips.pipeline.yaml');
    assert.match(
      asked.stderr,
      /From what the transform makes of 3 records of the topic:\n\nschema:\n {2}id: long\n {2}zone: string\n.*at: timestamptz\n.*Note: 1 records are no rows, the first because: trips\.transform\.ts: RangeError/s,
    );
  });

  test('is tried with the columns that rules make of its rows, in the table of each', async () => {
    await using ground = await openPlayground('triedroute', { schema: SCHEMA, partitions: 1 });
    const table = `${NAMESPACE}.${ground.table}`;
    const code =
      'export const transform = record => ({ ...record, place: { city: record.zone }, zone: undefined });';
    writeFileSync(path.join(folder, 'routed.transform.ts'), code);
    writeFileSync(
      path.join(folder, 'routed.pipeline.yaml'),
      `name: ${ground.table}
source: { topic: ${ground.topic} }
table: ${table}
transform: ./routed.transform.ts
columns: { city: $.place.city, fare: { cast: 'decimal(9,2)' }, at: kafka.offset }
route: { field: kind, tables: { day: { table: ${table}_day, schema: { id: long, kind: string, day: date } } }, otherwise: deadLetter }
`,
    );
    await ground.produce([
      '{"id":1,"zone":"a","fare":"7.255","kind":"day","day":"2024-02-29"}',
      '{"id":2,"zone":"b","fare":1,"kind":"day","day":"soon"}',
      '{"id":3,"zone":"c","kind":"other"}',
    ]);
    const byTable = await run({ json: true }, 'try', 'routed.pipeline.yaml');
    assert.match(
      byTable.stdout,
      new RegExp(`"rows":\\[{"id":1,"kind":"day","day":"2024-02-29"}\\],"tables":\\["${table}_day"\\]`),
    );
    assert.match(byTable.stdout, /"rows":\[\],"error":"\\"day\\" expects date, found \\"soon\\""/);
    assert.match(byTable.stdout, /"rows":\[\],"error":"no table for it: \\"kind\\" is \\"other\\""/);

    const file = path.join(folder, 'routed.pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('otherwise: deadLetter', 'otherwise: main'));
    const { stdout } = await run({}, 'try', 'routed.pipeline.yaml');
    const main = new RegExp(`  → ${table} {"id":3,.*"city":"c","fare":null,"at":2}\n`);
    assert.match(stdout, main);
    assert.match(stdout, new RegExp(`  → ${table}_day {"id":1,"kind":"day","day":"2024-02-29"}\n`));
  });
});
