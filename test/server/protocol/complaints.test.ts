import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { ENDPOINTS_NOTIFICATION } from '../../../server/protocol.ts';
import { type FakeSource, fakeSource, names } from '../catalog-index/fake-source.ts';
import {
  complete,
  ENDPOINTS,
  eventually,
  type LanguageSession,
  opened,
  published,
  range,
  URI,
} from './session.ts';

/** Complaints about other editors that are no matter of one list, by the tracker they stand in. */
describe('what users complain of elsewhere', () => {
  test('metabase 24452: letter after letter asks the server for nothing', async t => {
    const { session, source } = await ready(t, 'SELECT  FROM sales.orders');
    await eventually(async () => ((await complete(session, 7)).includes('amount') ? true : undefined));
    const before = source.calls.length;
    for (const [i, letter] of [...'amount'].entries()) {
      await edit(session, 2 + i, 7 + i, letter);
      assert.ok((await complete(session, 8 + i)).includes('amount'));
    }
    assert.deepEqual(source.calls.slice(before), []);
  });

  test('postgres-language-server 429: many edits are judged once, after the last of them', async t => {
    const { session } = await ready(t, 'SELECT 1');
    const lists = (): number => session.diagnostics.get(URI)?.length ?? 0;
    session.clock.advance(200);
    await eventually(() => (lists() > 0 ? true : undefined));
    const before = lists();
    for (let i = 0; i < 20; i++) {
      await edit(session, 2 + i, 8 + i, ',');
      await complete(session, 8);
      session.clock.advance(100);
    }
    assert.equal(lists(), before);
    await published(session, list => list.length > 0);
    assert.equal(lists(), before + 1);
  });

  test('postgres-language-server-vscode 25: saving does nothing that was not done already', async t => {
    const { session, source } = await ready(t, 'SELECT id FROM sales.orders');
    await complete(session, 7);
    const before = source.calls.length;
    await session.client.sendNotification('textDocument/didSave', { textDocument: { uri: URI } });
    await complete(session, 7);
    assert.deepEqual(source.calls.slice(before), []);
  });

  test('postgres-language-server-vscode 22: a table made elsewhere is there at the next look', async t => {
    const { session, source } = await ready(t, 'SELECT * FROM sales.');
    source.state.commits['b'] = names('sales.orders', 'sales.fresh');
    source.state.diffs['a..b'] = [{ schema: 'sales', name: 'fresh', kind: 'table' }];
    source.state.hash = 'b';
    await session.client.sendNotification('lakehouse/refresh');
    await eventually(async () => ((await complete(session, 20)).includes('fresh') ? true : undefined));
  });

  test('trino 15044: a mistake is named, with what was expected in its place', async t => {
    const { session } = await ready(t, 'SELECT a,, b FROM t GROUP a');
    const found = await published(session, list => list.length > 0);
    for (const { message } of found)
      assert.doesNotMatch(message, /mismatched input|viable alternative|<EOF>/);
    assert.match(found[0]?.message ?? '', /comma|column|expression/i);
  });
});

async function ready(
  t: TestContext,
  text: string,
): Promise<{ session: LanguageSession; source: FakeSource }> {
  const source = fakeSource({
    commits: { a: names('sales.orders') },
    columns: () => [{ name: 'amount', type: 'bigint' }],
  });
  const session = await opened(t, text, source);
  await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
  await eventually(() => (source.calls.includes('properties') ? true : undefined));
  return { session, source };
}

function edit(session: LanguageSession, version: number, character: number, text: string): Promise<void> {
  return session.client.sendNotification('textDocument/didChange', {
    textDocument: { uri: URI, version },
    contentChanges: [{ range: range(0, character, 0, character), text }],
  });
}
