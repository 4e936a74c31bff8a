import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Location, SymbolInformation } from 'vscode-languageserver-protocol';
import { tableOfUri, tableText, tableUri } from '../../../server/features/table-document.ts';
import {
  ENDPOINTS_NOTIFICATION,
  TABLE_TEXT_REQUEST,
  type TableTextResult,
} from '../../../server/protocol.ts';
import { parseStatement } from '../../../server/sql/index.ts';
import { fakeSource, names } from '../catalog-index/fake-source.ts';
import { ENDPOINTS, eventually, type LanguageSession, opened, request } from './session.ts';

const ODD = { catalog: 'iceberg', schema: 'lake.raw', table: 'a/b "c" d?' };

describe('documents that describe tables of the catalog', () => {
  test('tables are workspace symbols, whose documents are the statements that would make them', async t => {
    const session = await withTables(t, { tableDocuments: true });
    const symbol = await eventually(async () => (await symbols(session, 'ordrs'))[0]);
    assert.equal(symbol.containerName, 'iceberg.lake.raw');
    const { text } = await eventually(async () => {
      const found = await textOf(session, symbol.location.uri);
      return found.text.includes('bigint') ? found : undefined;
    });
    assert.equal(text, 'CREATE TABLE iceberg."lake.raw".orders (\n  id bigint\n);\n');
  });

  test('the document of a table is its definition, from its name and from its columns', async t => {
    const session = await withTables(t, { tableDocuments: true });
    for (const character of [28, 7]) {
      const found = await eventually(async () => {
        return (await request<Location | null>(session, 'textDocument/definition', character)) ?? undefined;
      });
      assert.deepEqual(tableOfUri(found.uri), { catalog: 'iceberg', schema: 'lake.raw', table: 'orders' });
    }
  });

  test('a client that cannot show them gets neither', async t => {
    const session = await withTables(t, {});
    await eventually(async () =>
      (await textOf(session, tableUri(ODD))).text.includes('no table') ? true : undefined,
    );
    assert.deepEqual(await symbols(session, 'ordrs'), []);
    assert.equal(await request(session, 'textDocument/definition', 28), null);
  });

  test('any name stands in a URI, and editors may write it with other escapes', () => {
    assert.deepEqual(tableOfUri(tableUri(ODD)), ODD);
    assert.deepEqual(tableOfUri(tableUri(ODD).replaceAll('%2C', ',')), ODD);
    assert.equal(tableOfUri('file:///x.sql'), undefined);
    assert.equal(tableOfUri('lakehouse-table:/x.sql?%7B'), undefined);
  });

  test('comments, partitions and snapshots are in the text, which stays right SQL', () => {
    const columns = [
      { name: 'Day', type: 'date', comment: "it's when" },
      { name: 'two words', type: 'row(a bigint)' },
    ];
    const details = {
      columns,
      comment: 'all',
      partitioning: ['month(day)'],
      rowCount: 1_000,
      snapshots: [{ id: '9007199254740993', timestampMs: 0, operation: 'append' }],
    };
    const text = tableText(ODD, { state: 'present', isView: false, details });
    assert.match(text, /^-- 1,000 rows\n-- snapshot 9007199254740993: append 1970-01-01T00:00:00.000Z\n/);
    assert.match(
      text,
      /"two words" row\(a bigint\)\n\)\nCOMMENT 'all'\nWITH \(partitioning = ARRAY\['month\(day\)'\]\);/,
    );
    assert.deepEqual(parseStatement(text.replace(/;\n$/, '')).problems, []);
  });
});

async function withTables(t: TestContext, options: object): Promise<LanguageSession> {
  const source = fakeSource({ commits: { a: names('lake.raw.orders') } });
  const session = await opened(t, 'SELECT id FROM "lake.raw".orders', source, options);
  await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
  return session;
}

function symbols(session: LanguageSession, query: string): Promise<SymbolInformation[]> {
  return session.client.sendRequest<SymbolInformation[]>('workspace/symbol', { query });
}

function textOf(session: LanguageSession, uri: string): Promise<TableTextResult> {
  return session.client.sendRequest<TableTextResult>(TABLE_TEXT_REQUEST, { uri });
}
