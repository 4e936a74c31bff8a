import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ENDPOINTS_NOTIFICATION, type SqlSettings } from '../../../server/protocol.ts';
import { fakeSource } from '../catalog-index/fake-source.ts';
import {
  ENDPOINTS,
  eventually,
  type LanguageSession,
  opened,
  published,
  range,
  request,
  URI,
} from './session.ts';

describe('settings that change while the server runs', () => {
  test('the formatter follows them', async t => {
    const session = await opened(t, 'select a, b from some_table where a_word = 1 and other = 2');
    await configure(session, { format: { keywordCase: 'lower', commas: 'leading', lineWidth: 20 } });
    const edits = await request<{ newText: string }[]>(session, 'textDocument/formatting', 0, {
      options: { tabSize: 4, insertSpaces: true },
    });
    const text = edits.map(edit => edit.newText).join('');
    assert.equal(text, 'select a, b\nfrom some_table\nwhere\n    a_word = 1\n    and other = 2');
  });

  test('a saved document is checked by Trino only when it is wanted, and the name that Trino means is marked', async t => {
    const source = fakeSource();
    source.validate = ({ sql }) => {
      source.calls.push(`validate ${sql}`);
      return Promise.resolve({ message: 'line 2:8: Column is odd', line: 2, column: 8 });
    };
    const session = await opened(t, 'SELECT 1;\n\nSELECT 2,\n       "odd one"', source);
    await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
    await eventually(() => (source.calls.includes('catalogs') ? true : undefined));
    await save(session);
    await configure(session, { validateOnSave: true });
    await save(session);
    const found = await published(session, list => list.length > 0);
    assert.deepEqual(found.at(-1)?.range, range(3, 7, 3, 16));
    assert.deepEqual(
      source.calls.filter(call => call.startsWith('validate')),
      ['validate SELECT 1', 'validate SELECT 2,\n       "odd one"'],
    );
  });
});

function configure(session: LanguageSession, sql: SqlSettings): Promise<void> {
  return session.client.sendNotification('workspace/didChangeConfiguration', {
    settings: { lakehouse: { sql } },
  });
}

function save(session: LanguageSession): Promise<void> {
  return session.client.sendNotification('textDocument/didSave', { textDocument: { uri: URI } });
}
