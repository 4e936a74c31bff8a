import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { framedFormat, openAvroFormat, type RegistryWatch } from '../../../pipeline/avro/avro-format.ts';
import { connectRegistry } from '../../../pipeline/avro/schema-registry.ts';
import type { RegistryLogin } from '../../../pipeline/avro/registry-login.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { BadRecord, placeBehind, rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import type { RowFormat } from '../../../pipeline/rows/row-format.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { framed } from '../../support/framed-avro.ts';
import { batchOf } from '../../support/record-batch.ts';
import { type StandInRegistry, startStandInRegistry } from '../../support/stand-in-registry.ts';

const ROW = (fields: readonly unknown[]): unknown => ({ type: 'record', name: 'Row', fields });
const FIRST = ROW([{ name: 'a', type: 'long' }]);
const SECOND = ROW([
  { name: 'b', type: 'string' },
  { name: 'a', type: 'long' },
]);

const NO_WATCH: RegistryWatch = {
  onTrouble: error => {
    throw error;
  },
  onAnswer: () => {},
};

function openFramed(registry: StandInRegistry, login?: RegistryLogin, watch = NO_WATCH): RowFormat {
  return framedFormat(connectRegistry({ url: registry.url, login }), watch);
}

/** What the messages of one batch become: objects, or why there are none. */
async function readAll(format: RowFormat, messages: readonly (Uint8Array | null)[]): Promise<unknown[]> {
  const batch = batchOf(messages);
  await format.prepare?.(batch);
  const result: unknown[] = [];
  let place = { record: 0, byte: 0 };
  for (; place.record < batch.count; place = placeBehind(batch, place)) {
    try {
      result.push(...format.read(rawRecordAt(batch, place)));
    } catch (error) {
      assert.ok(error instanceof BadRecord);
      result.push(error.message);
    }
  }
  return result;
}

function register(registry: StandInRegistry, id: number, schema: unknown): void {
  registry.schemas.set(id, { schema: JSON.stringify(schema) });
}

describe('Avro messages with a registry (a stand-in that speaks its protocol)', () => {
  test('are read by the schema that each names, which is fetched once', async () => {
    await using registry = await startStandInRegistry();
    register(registry, 1, FIRST);
    register(registry, 16_909_060, SECOND);
    const format = openFramed(registry);
    const messages = [framed(1, FIRST, { a: 1n }), framed(16_909_060, SECOND, { b: 'x', a: 2n })];
    assert.deepEqual(await readAll(format, [...messages, ...messages]), [
      { a: 1 },
      { b: 'x', a: 2 },
      { a: 1 },
      { b: 'x', a: 2 },
    ]);
    await readAll(format, messages);
    assert.deepEqual(
      registry.asked.map(({ path }) => path),
      ['/base/schemas/ids/1', '/base/schemas/ids/16909060'],
    );
  });

  test('are refused one by one where they name no schema, an unknown one or one that cannot be used', async () => {
    await using registry = await startStandInRegistry();
    register(registry, 1, FIRST);
    registry.schemas.set(2, { schema: 'message M {}', schemaType: 'PROTOBUF' });
    register(registry, 3, { type: 'record', name: 'R' });
    register(registry, 4, 'string');
    const format = openFramed(registry);
    const messages = [
      framed(1, FIRST, { a: 1n }),
      framed(9, FIRST, { a: 1n }),
      framed(2, FIRST, { a: 1n }),
      framed(3, FIRST, { a: 1n }),
      framed(4, 'string', 'x'),
      Buffer.from('{"a":1}'),
      Buffer.from([0, 0, 0]),
      null,
      framed(1, FIRST, { a: 2n }),
    ];
    const notFramed =
      'no Avro as a schema registry frames it: it does not begin with 0 and the id of a schema';
    assert.deepEqual(await readAll(format, messages), [
      { a: 1 },
      `schema 9: ${registry.url} has no such schema (40403: Schema not found).`,
      'schema 2: the schema with id 2 is PROTOBUF, not Avro',
      'schema 3: the schema with id 3 cannot be used: The Avro schema is not valid: {"type":"record","name":"R"} has no fields.',
      'no record: the schema is of another type',
      notFramed,
      notFramed,
      'a tombstone: the record has no value',
      { a: 2 },
    ]);
    register(registry, 9, FIRST);
    assert.deepEqual(await readAll(format, [framed(9, FIRST, { a: 3n })]), [{ a: 3 }]);
  });

  test('wait for a registry that is away', async () => {
    await using registry = await startStandInRegistry();
    register(registry, 1, FIRST);
    registry.failure = { status: 503, body: 'starting' };
    const troubles: string[] = [];
    let answers = 0;
    const format = openFramed(registry, undefined, {
      onTrouble: error => {
        troubles.push((error as Error).message);
        if (troubles.length === 2) registry.failure = undefined;
      },
      onAnswer: () => (answers += 1),
    });
    assert.deepEqual(await readAll(format, [framed(1, FIRST, { a: 1n })]), [{ a: 1 }]);
    assert.deepEqual(troubles, Array(2).fill(`${registry.url} answers 503: starting.`));
    assert.equal(answers, 1);
  });

  test('halt the pipeline where the login is refused, or where no registry is', async () => {
    await using registry = await startStandInRegistry();
    const login = { kind: 'basic', username: 'me', password: 'pä:ss' } as const;
    const message = framed(1, FIRST, { a: 1n });
    const halt = async (status: number, body: string): Promise<PipelineHalt> => {
      registry.failure = { status, body };
      const reading = readAll(openFramed(registry, login), [message]);
      const error = await reading.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'registry-refused');
      return error;
    };
    const refused = await halt(401, '{"error_code":401,"message":"Unauthorized"}');
    assert.match(refused.message, /refuses the login \(401: Unauthorized\).*LAKEHOUSE_REGISTRY_USERNAME/);
    assert.doesNotMatch(refused.message, /pä:ss/);
    assert.match((await halt(404, '<html>')).message, /is no schema registry: it answers 404/);
    assert.match((await halt(200, '<html>')).message, /is no schema registry: its answer is <html>/);
    const expected = `Basic ${Buffer.from('me:pä:ss').toString('base64')}`;
    assert.ok(registry.asked.every(({ authorization }) => authorization === expected));
  });

  test('may have schemas that name those of other subjects', async () => {
    await using registry = await startStandInRegistry();
    const place = {
      type: 'record',
      name: 'Place',
      namespace: 'geo',
      fields: [{ name: 'zone', type: 'geo.Zone' }],
    };
    const zone = { type: 'enum', name: 'Zone', namespace: 'geo', symbols: ['A', 'B'] };
    registry.versions.set('zones/2', { schema: JSON.stringify(zone) });
    registry.versions.set('places/1', {
      schema: JSON.stringify(place),
      references: [{ name: 'geo.Zone', subject: 'zones', version: 2 }],
    });
    const schema = ROW([
      { name: 'at', type: 'geo.Place' },
      { name: 'zone', type: 'geo.Zone' },
    ]);
    registry.schemas.set(1, {
      schema: JSON.stringify(schema),
      references: [
        { name: 'geo.Place', subject: 'places', version: 1 },
        { name: 'geo.Zone', subject: 'zones', version: 2 },
      ],
    });
    // Two enums: the second symbol, then the first.
    const message = Buffer.from('00000000010200', 'hex');
    assert.deepEqual(await readAll(openFramed(registry), [message]), [{ at: { zone: 'B' }, zone: 'A' }]);
  });
});

describe('Avro messages with the file of a schema', () => {
  test('have nothing before them', async () => {
    const format = openAvroFormat({ kind: 'fixed', schema: JSON.stringify(SECOND) }, NO_WATCH);
    const write = avroWriter(SECOND);
    assert.deepEqual(await readAll(format, [write({ b: 'x', a: 2n ** 60n }), null, Buffer.from('x')]), [
      { b: 'x', a: 2n ** 60n },
      'a tombstone: the record has no value',
      'no Avro of this schema: 60 bytes are announced where 0 follow',
    ]);
  });
});
