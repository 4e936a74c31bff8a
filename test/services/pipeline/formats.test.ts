import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { columnsOf } from '../../../pipeline/avro/avro-columns.ts';
import { parseAvroSchema } from '../../../pipeline/avro/avro-type.ts';
import type { SourceConfig } from '../../../pipeline/config.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { proposeSchema } from '../../../pipeline/schema/propose.ts';
import { type ApicurioRegistry, startApicurioRegistry } from '../../support/apicurio-registry.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { framed } from '../../support/framed-avro.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { startStandInRegistry } from '../../support/stand-in-registry.ts';
import { openTcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

const FIELDS: Readonly<Record<string, unknown>> = {
  id: 'long',
  flag: 'boolean',
  small: 'int',
  single: 'float',
  price: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 10 },
  tiny: { type: 'fixed', name: 'Tiny', size: 2, logicalType: 'decimal', precision: 4, scale: 1 },
  day: { type: 'int', logicalType: 'date' },
  clock: { type: 'long', logicalType: 'time-micros' },
  clock_ms: { type: 'int', logicalType: 'time-millis' },
  at: { type: 'long', logicalType: 'timestamp-micros' },
  at_ms: { type: 'long', logicalType: 'timestamp-millis' },
  local: { type: 'long', logicalType: 'local-timestamp-micros' },
  token: { type: 'string', logicalType: 'uuid' },
  raw: 'bytes',
  pair: { type: 'fixed', name: 'Pair', size: 2 },
  kind: { type: 'enum', name: 'Kind', symbols: ['CAB', 'BUS'] },
  place: { type: 'record', name: 'Place', fields: [{ name: 'city', type: 'string' }] },
  tags: { type: 'array', items: ['null', 'string'] },
  counts: { type: 'map', values: 'long' },
};

const optional = (type: unknown): unknown => ['null', type];
const SCHEMA = {
  type: 'record',
  name: 'Trip',
  fields: Object.entries(FIELDS).map(([name, type]) => ({
    name,
    type: name === 'id' ? type : optional(type),
  })),
};

const NULLS = Object.fromEntries(Object.keys(FIELDS).map(name => [name, null]));
const WHOLE = {
  id: 9007199254740993n,
  flag: { boolean: true },
  small: { int: -7 },
  single: { float: 0.5 },
  price: { bytes: Buffer.from('4b3b4ca85a86c47a098a223fffffffff', 'hex') },
  tiny: { Tiny: Buffer.from('d8f1', 'hex') },
  day: { int: 19_782 },
  clock: { long: 86_399_999_999n },
  clock_ms: { int: 1 },
  at: { long: 1_704_063_600_123_456n },
  at_ms: { long: -1n },
  local: { long: 253_402_300_799_999_999n },
  token: { string: '00112233-4455-6677-8899-aabbccddeeff' },
  raw: { bytes: Buffer.from([0, 1, 2]) },
  pair: { Pair: Buffer.from([0, 1]) },
  kind: { Kind: 'BUS' },
  place: { Place: { city: 'Zürich 🛫' } },
  tags: { array: [{ string: 'a' }, null] },
  counts: { map: { x: 1n } },
};

const AS_READ = [
  '9007199254740993',
  'true',
  '-7',
  '0.5',
  `${'9'.repeat(28)}.${'9'.repeat(10)}`,
  '-999.9',
  '2024-02-29',
  '23:59:59.999999',
  '00:00:00.001000',
  '2023-12-31 23:00:00.123456 UTC',
  '1969-12-31 23:59:59.999000 UTC',
  '9999-12-31 23:59:59.999999',
  '00112233-4455-6677-8899-aabbccddeeff',
  '000102',
  '0001',
  'BUS',
  'Zürich 🛫',
  '["a",null]',
  '{"x":1}',
];
const SQL_OF: Readonly<Record<string, string>> = {
  single: 'CAST(CAST(single AS decimal(3,1)) AS varchar)',
  raw: 'to_hex(raw)',
  pair: 'to_hex(pair)',
  place: 'place.city',
  tags: 'json_format(CAST(tags AS json))',
  counts: 'json_format(CAST(counts AS json))',
};
const SELECTED = Object.keys(FIELDS)
  .map(name => SQL_OF[name] ?? `CAST(${name} AS varchar)`)
  .join(', ');

/** The source of a playground's pipeline with another format. */
function sourceOf(ground: Playground, format: Pick<SourceConfig, never> & object): SourceConfig {
  return { topics: ground.config.source.topics, start: 'earliest', ...format } as SourceConfig;
}

describe('Avro messages with a real schema registry (Apicurio)', () => {
  let registry: ApicurioRegistry;
  before(async () => {
    registry = await startApicurioRegistry();
  });
  after(() => registry[Symbol.asyncDispose]());

  const framedSource = (ground: Playground, url = registry.url): SourceConfig =>
    sourceOf(ground, { format: 'avro', schemas: { kind: 'registry', url } });

  test('arrive in a table of exactly the proposed types, whichever schema each names', async () => {
    await using ground = await openPlayground('avro', { schema: 'id: long', partitions: 1 });
    const id = await registry.register(`${ground.topic}-value`, SCHEMA);
    const narrow = { type: 'record', name: 'Trip', fields: [...SCHEMA.fields].reverse().slice(-3) };
    const narrowId = await registry.register(`${ground.topic}-older`, narrow);
    assert.notEqual(narrowId, id);
    const source = framedSource(ground);
    const proposal = await proposeSchema({
      config: { ...ground.config, source, schema: undefined },
      endpoints: testEndpoints(),
    });
    assert.deepEqual(proposal?.fields, columnsOf(parseAvroSchema(JSON.stringify(SCHEMA))).fields);
    assert.match(proposal.origin, /^version 1 of /);
    await ground.produce([
      Buffer.from(framed(id, SCHEMA, WHOLE)),
      Buffer.from(framed(narrowId, narrow, { id: 2n, flag: null, small: { int: 5 } })),
      Buffer.from(framed(id, SCHEMA, { ...NULLS, id: 3n })),
      Buffer.from(framed(4_000_000_000, SCHEMA, { ...NULLS, id: 4n })),
      '{"id":5}',
    ]);
    const summary = await ground.run({ config: { source, schema: proposal.fields } });
    assert.deepEqual([summary.rows, summary.poisonRecords], [3n, 2n]);
    const rows = await ground.query(`SELECT ${SELECTED} FROM ${ground.sqlName} ORDER BY id DESC`);
    assert.deepEqual(rows[0], AS_READ);
    assert.deepEqual(rows[1], ['3', ...AS_READ.slice(1).map(() => null)]);
    assert.deepEqual(rows[2], ['2', null, '5', ...AS_READ.slice(3).map(() => null)]);
    const errors = await ground.query(`SELECT error FROM ${ground.deadLetters} ORDER BY "offset"`);
    assert.match(String(errors[0]?.[0]), /^schema 4000000000: http:.* has no such schema \(40403: /);
    assert.match(String(errors[1]?.[0]), /^no Avro as a schema registry frames it/);
  });

  test('become columns by rules: renamed, from inside, converted, with defaults, from Kafka, without what is left out', async () => {
    const settings = `columns:
  id: { from: $.orderId, type: long }
  paid_at: { from: $.ts, cast: timestamptz, format: epoch millis }
  amount: { cast: 'decimal(9,2)', default: 0 }
  city: { from: $.customer.city, type: string, default: nowhere }
  pos: kafka.offset
  debug: drop
filter: amount >= 0 and $.ts > 0`;
    await using ground = await openPlayground('avrorules', {
      schema: 'kind: string',
      settings,
      partitions: 1,
    });
    const customer = { type: 'record', name: 'Customer', fields: [{ name: 'city', type: 'string' }] };
    const schema = {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'orderId', type: 'long' },
        { name: 'ts', type: 'long' },
        { name: 'kind', type: 'string' },
        { name: 'amount', type: optional('double') },
        { name: 'customer', type: optional(customer) },
        { name: 'debug', type: 'bytes' },
      ],
    };
    const id = await registry.register(`${ground.topic}-value`, schema);
    const order = { ts: 1500n, kind: 'a', amount: { double: 7.255 }, debug: Buffer.alloc(3) };
    const orders = [
      { ...order, customer: { Customer: { city: 'Ulm' } } },
      { ...order, amount: null, customer: null },
      { ...order, amount: { double: -1 }, customer: null },
      { ...order, ts: -1n, customer: null },
      { ...order, amount: { double: 1e9 }, customer: null },
    ];
    await ground.produce(
      orders.map((value, index) => Buffer.from(framed(id, schema, { ...value, orderId: BigInt(index) }))),
    );
    const summary = await ground.run({ config: { source: framedSource(ground) } });
    assert.deepEqual([summary.rows, summary.rowsFiltered, summary.poisonRecords], [2n, 2n, 1n]);
    const rows = await ground.query(
      `SELECT id, kind, CAST(paid_at AS varchar), CAST(amount AS varchar), city, pos FROM ${ground.sqlName} ORDER BY id`,
    );
    const at = '1970-01-01 00:00:01.500000 UTC';
    assert.deepEqual(rows, [
      [0n, 'a', at, '7.26', 'Ulm', 0n],
      [1n, 'a', at, '0.00', 'nowhere', 1n],
    ]);
    assert.equal(
      await ground.value(`SELECT error FROM ${ground.deadLetters}`),
      '"amount" cannot be read as decimal(9,2): found 1000000000',
    );
  });

  test('wait for a registry that is away, and none becomes a dead letter', async () => {
    await using ground = await openPlayground('avroaway', { schema: 'id: long', partitions: 1 });
    const schema = { type: 'record', name: 'R', fields: [{ name: 'id', type: 'long' }] };
    const id = await registry.register(`${ground.topic}-value`, schema);
    await using proxy = await openTcpProxy({ host: '127.0.0.1', port: registry.port });
    proxy.mode = 'cut';
    await ground.produce([1n, 2n].map(value => Buffer.from(framed(id, schema, { id: value }))));
    const notices: string[] = [];
    const url = `http://127.0.0.1:${proxy.port}/apis/ccompat/v7`;
    const pipeline = ground.start({
      config: { source: framedSource(ground, url) },
      once: true,
      onReport: report => {
        if (report.kind === 'notice') notices.push(report.text);
      },
    });
    await waitUntil('the pipeline says that it waits', () =>
      pipeline.metrics().waitingFor.includes('The schema registry'),
    );
    proxy.mode = 'pass';
    const summary = await pipeline.finished;
    assert.deepEqual([summary.rows, summary.poisonRecords], [2n, 0n]);
    assert.match(
      notices[0] ?? '',
      /^The schema registry fails: http:.* does not answer: .*nothing is lost\.$/,
    );
    assert.match(notices[1] ?? '', /^The schema registry answers again after /);
    assert.equal(await ground.value(`SELECT sum(id) FROM ${ground.sqlName}`), 3n);
  });

  test('do not keep a pipeline from stopping while their registry is away', async () => {
    await using ground = await openPlayground('avrostop', { schema: 'id: long', partitions: 1 });
    const schema = { type: 'record', name: 'R', fields: [{ name: 'id', type: 'long' }] };
    const id = await registry.register(`${ground.topic}-value`, schema);
    await using proxy = await openTcpProxy({ host: '127.0.0.1', port: registry.port });
    proxy.mode = 'cut';
    await ground.produce([Buffer.from(framed(id, schema, { id: 1n }))]);
    const url = `http://127.0.0.1:${proxy.port}/apis/ccompat/v7`;
    const pipeline = ground.start({ config: { source: framedSource(ground, url) } });
    await waitUntil('the pipeline says that it waits', () =>
      pipeline.metrics().waitingFor.includes('The schema registry'),
    );
    pipeline.stop();
    assert.equal((await pipeline.finished).rows, 0n);
    const summary = await ground.run({ config: { source: framedSource(ground) } });
    assert.deepEqual([summary.rows, summary.poisonRecords], [1n, 0n]);
  });
});

describe('Avro messages with a registry that refuses the login (a stand-in)', () => {
  test('halt the pipeline, and nothing is committed', async () => {
    await using registry = await startStandInRegistry();
    registry.failure = { status: 401, body: '' };
    await using ground = await openPlayground('avrologin', { schema: 'id: long', partitions: 1 });
    await ground.produce([Buffer.from('000000000102', 'hex')]);
    const source = sourceOf(ground, { format: 'avro', schemas: { kind: 'registry', url: registry.url } });
    await assert.rejects(ground.run({ config: { source } }), error => {
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'registry-refused');
      assert.match(error.message, /refuses the login \(401\)\. Set LAKEHOUSE_REGISTRY_USERNAME/);
      return true;
    });
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 0n);
  });
});

describe('messages that need no registry', () => {
  test('may be Avro of one schema', async () => {
    await using ground = await openPlayground('avrofile', {
      schema: 'id: long\nname: string',
      partitions: 1,
    });
    const schema = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'name', type: 'string' },
        { name: 'id', type: 'long' },
      ],
    };
    const write = avroWriter(schema);
    await ground.produce([Buffer.from(write({ name: 'é', id: -(2n ** 63n) })), Buffer.from('xx')]);
    const schemas = { kind: 'fixed', schema: JSON.stringify(schema) } as const;
    const summary = await ground.run({ config: { source: sourceOf(ground, { format: 'avro', schemas }) } });
    assert.deepEqual([summary.rows, summary.poisonRecords], [1n, 1n]);
    const rows = await ground.query(`SELECT id, name FROM ${ground.sqlName}`);
    assert.deepEqual(rows, [[-(2n ** 63n), 'é']]);
  });

  test('may be CSV, one or several lines in each, with columns proposed from them', async () => {
    await using ground = await openPlayground('csv', { schema: 'id: long', partitions: 1 });
    const columns = ['id', 'name', 'price', 'at', 'ok'];
    const csv = { columns, delimiter: ';', header: false, nullText: '' };
    const source = sourceOf(ground, { format: 'csv', csv });
    await ground.produce([
      '\ufeff1;"a;b\n""c""";1.50;2024-01-01T00:00:00Z;true\r\n2;;;;',
      '9007199254740993;"";-0.01;2024-01-01T00:00:00.123456+01:00;FALSE',
      '3;x',
    ]);
    const proposal = await proposeSchema({
      config: { ...ground.config, source, schema: undefined },
      endpoints: testEndpoints(),
    });
    assert.deepEqual(
      proposal?.fields.map(({ name, type }) => `${name} ${type.kind}`),
      ['id long', 'name string', 'price double', 'at timestamptz', 'ok boolean'],
    );
    const schema = 'id: long\nname: string\nprice: decimal(9,2)\nat: timestamptz\nok: boolean';
    await using exact = await openPlayground('csvexact', { schema, partitions: 1 });
    const config = { source: { ...source, topics: [ground.topic] } };
    const summary = await exact.run({ config });
    assert.deepEqual([summary.rows, summary.poisonRecords], [3n, 1n]);
    const rows = await exact.query(
      `SELECT id, name, CAST(price AS varchar), CAST(at AS varchar), ok FROM ${exact.sqlName} ORDER BY id`,
    );
    assert.deepEqual(rows, [
      [1n, 'a;b\n"c"', '1.50', '2024-01-01 00:00:00.000000 UTC', true],
      [2n, null, null, null, null],
      [9007199254740993n, '', '-0.01', '2023-12-31 23:00:00.123456 UTC', false],
    ]);
  });

  test('may be JSON with several rows in each', async () => {
    await using ground = await openPlayground('ndjson', { schema: 'id: long', partitions: 1 });
    await ground.produce([
      '[{"id":1},{"id":2}]',
      '{"id":3}\n{"id":4}\n',
      '{"id":5}',
      '[{"id":6},{"id":"x"}]',
    ]);
    const proposal = await proposeSchema({
      config: { ...ground.config, schema: undefined },
      endpoints: testEndpoints(),
    });
    assert.equal(proposal?.fields[0]?.name, 'id');
    const summary = await ground.run();
    assert.deepEqual([summary.rows, summary.poisonRecords], [5n, 1n]);
    assert.equal(await ground.value(`SELECT sum(id) FROM ${ground.sqlName}`), 15n);
  });
});
