import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Hover } from 'vscode-languageserver-protocol';
import { ENDPOINTS_NOTIFICATION } from '../../../server/protocol.ts';
import type { ListedProperty } from '../../../server/sql/server-facts.ts';
import { fakeSource, ICEBERG, TPCH } from '../catalog-index/fake-source.ts';
import {
  complete,
  ENDPOINTS,
  eventually,
  type LanguageSession,
  opened,
  published,
  request,
} from './session.ts';

const FUNCTION = {
  returns: 'bigint',
  argumentTypes: 'bigint',
  kind: 'scalar',
  isDeterministic: true,
} as const;

describe('what the connected server says about itself', () => {
  test('its table properties are offered, described and judged by, whatever the connector', async t => {
    const session = await connected(t, 'CREATE TABLE tpch.s.t (a bigint) WITH ()');
    await eventually(async () => ((await complete(session, 39)).includes('shelf') ? true : undefined));
    const iceberg = await openedToo(session, 'CREATE TABLE iceberg.s.t (a bigint) WITH ()');
    const labels = await complete(session, 42, iceberg);
    assert.ok(labels.includes('format') && labels.includes('brand_new'), labels.join());
    assert.ok(!labels.includes('sorted_by'), 'which this server does not list');
    const wrong = await openedToo(session, 'CREATE TABLE tpch.s.t (a bigint) WITH (shelv = 1)');
    const [problem] = await published(session, list => list.length > 0, wrong);
    assert.match(problem?.message ?? '', /no property shelv here\. Did you mean shelf\?/);
  });

  test('its session properties are offered by catalog and judged by', async t => {
    const session = await connected(t, 'SET SESSION tpch.');
    await eventually(async () => ((await complete(session, 17)).includes('splits') ? true : undefined));
    const system = await openedToo(session, 'SET SESSION query_tmeout = 1; SET SESSION tpch.splits = 2');
    const [problem, ...others] = await published(session, list => list.length > 0, system);
    assert.match(problem?.message ?? '', /no session property query_tmeout\. Did you mean query_timeout\?/);
    assert.deepEqual(others, []);
  });

  test('a property is explained in the words of the server where we have none', async t => {
    const session = await connected(t, 'CREATE TABLE iceberg.s.t (a bigint) WITH (brand_new = 1)');
    const hover = await eventually(async () => {
      return (await request<Hover | null>(session, 'textDocument/hover', 45)) ?? undefined;
    });
    assert.match(JSON.stringify(hover.contents), /brand_new integer.*Said by the server/);
  });

  test('what the server is too old for is marked as a warning', async t => {
    const session = await connected(t, 'ALTER TABLE a.b.c ADD COLUMN d bigint FIRST');
    const [hint] = await published(session, list => list.length > 0);
    assert.equal(hint?.message, 'The place of a new column needs Trino 469; the server is 460.');
    assert.equal((hint as { severity?: number }).severity, 2);
  });

  test('only its own functions are offered, and forms with a syntax of their own', async t => {
    const session = await connected(t, 'SELECT ');
    await eventually(async () => ((await complete(session, 7)).includes('our_own') ? true : undefined));
    const labels = await complete(session, 7);
    assert.ok(labels.includes('cast'), labels.join());
    assert.ok(!labels.includes('approx_distinct'), 'which this server does not list');
  });
});

async function connected(t: TestContext, text: string): Promise<LanguageSession> {
  const source = fakeSource({ catalogs: [ICEBERG, { ...TPCH, connector: 'shelves' }] });
  source.functions = () => Promise.resolve([{ ...FUNCTION, name: 'our_own', description: '' }]);
  source.release = () => Promise.resolve(460);
  source.properties = () => Promise.resolve(PROPERTIES);
  const session = await opened(t, text, source);
  await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
  return session;
}

let documents = 0;

async function openedToo(session: LanguageSession, text: string): Promise<string> {
  const uri = `file:///facts-${documents++}.sql`;
  await session.open(uri, text);
  return uri;
}

function property(kind: ListedProperty['kind'], catalog: string, name: string): ListedProperty {
  return { kind, catalog, name, type: 'integer', defaultValue: '', description: 'Said by the server' };
}

const PROPERTIES: readonly ListedProperty[] = [
  property('table', 'iceberg', 'format'),
  property('table', 'iceberg', 'brand_new'),
  property('table', 'tpch', 'shelf'),
  property('session', 'tpch', 'splits'),
  property('session', '', 'query_timeout'),
];
