import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  CodeAction,
  CompletionItem,
  CompletionList,
  Hover,
  Range,
  SignatureHelp,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { ENDPOINTS_NOTIFICATION } from '../../../server/protocol.ts';
import { fakeSource, hangingSource, names } from '../catalog-index/fake-source.ts';
import {
  complete,
  ENDPOINTS,
  eventually,
  opened,
  published,
  range,
  request,
  startSession,
  URI,
} from './session.ts';

describe('the language server over its protocol', () => {
  test('completes while the catalog server hangs', async t => {
    const source = hangingSource();
    const session = await opened(t, 'SELECT a, b FROM t ', source);
    await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
    const labels = await complete(session, 19);
    assert.ok(labels.includes('WHERE'));
    await eventually(() => (source.calls.length > 0 ? true : undefined));
    assert.ok(
      (await complete(session, 19)).includes('WHERE'),
      'although the server was asked and never answers',
    );
  });

  test('completes tables and columns of a catalog that was read in the background', async t => {
    const source = fakeSource({
      commits: { a: names('sales.orders') },
      columns: () => [{ name: 'amount', type: 'bigint' }],
    });
    const session = await opened(t, 'SELECT  FROM sales.orders', source);
    await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
    await eventually(async () => ((await complete(session, 7)).includes('amount') ? true : undefined));
  });

  test('tells of a table in the list when somebody looks at it, columns as soon as they are there', async t => {
    const source = fakeSource({
      commits: { a: names('sales.orders') },
      columns: () => [{ name: 'amount', type: 'bigint' }],
    });
    const session = await opened(t, 'SELECT * FROM ', source);
    await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
    const item = await eventually(async () => {
      const list = await request<CompletionList>(session, 'textDocument/completion', 14);
      return list.items.find(candidate => candidate.label === 'sales.orders');
    });
    await eventually(async () => {
      const resolved = await session.client.sendRequest<CompletionItem>('completionItem/resolve', item);
      return JSON.stringify(resolved.documentation).includes('amount') ? true : undefined;
    });
  });

  test('follows edits and publishes problems after a pause, with their ranges', async t => {
    const session = await opened(t, 'SELECT 1');
    await session.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ range: range(0, 8, 0, 8), text: ',\n FROM' }],
    });
    const last = await published(session, list => list.length > 0);
    assert.deepEqual(last[0]?.range, range(1, 1, 1, 5));
    assert.match(last[0]?.message ?? '', /^Expected/);
  });

  test('offers the correction of a misspelt keyword', async t => {
    const session = await opened(t, 'SELECT 1;\nSELECT a FORM t');
    await published(session, list => list.length > 0);
    const actions: CodeAction[] = await session.client.sendRequest('textDocument/codeAction', {
      textDocument: { uri: URI },
      range: range(1, 10, 1, 10),
      context: { diagnostics: [] },
    });
    const first = actions[0];
    assert.equal(first?.title, 'Replace FORM by FROM');
    assert.deepEqual(first?.edit?.changes?.[URI], [{ range: range(1, 9, 1, 13), newText: 'FROM' }]);
  });

  test('takes the problems away when the document is closed', async t => {
    const session = await opened(t, 'SELECT FROM');
    await published(session, list => list.length > 0);
    await session.client.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    await published(session, list => list.length === 0);
  });

  test('hovers, goes to definitions and renames', async t => {
    const session = await opened(t, 'WITH recent AS (SELECT 1 AS n) SELECT r.n FROM recent r');
    const hover = await request<Hover>(session, 'textDocument/hover', 40);
    assert.match(JSON.stringify(hover.contents), /n integer/);
    const definition = await request<{ range: Range }>(session, 'textDocument/definition', 48);
    assert.deepEqual(definition.range, range(0, 5, 0, 11));
    const edit = await request<WorkspaceEdit>(session, 'textDocument/rename', 54, { newName: 'select' });
    assert.deepEqual(
      edit.changes?.[URI]?.map(change => [change.range.start.character, change.newText]),
      [
        [38, '"select"'],
        [54, '"select"'],
      ],
    );
  });

  test('refuses to rename what the statement does not declare', async t => {
    const session = await opened(t, 'SELECT abs(1)');
    await assert.rejects(request(session, 'textDocument/prepareRename', 8), /keeps its name/);
  });

  test('helps with the signature of the call around the caret', async t => {
    const session = await opened(t, 'SELECT substr(name, ');
    const help = await request<SignatureHelp>(session, 'textDocument/signatureHelp', 20);
    assert.equal(help.activeParameter, 1);
    assert.match(help.signatures[0]?.label ?? '', /^substr\(/);
  });

  test('formats a document', async t => {
    const session = await opened(t, 'select  1');
    const edits = await request<{ newText: string }[]>(session, 'textDocument/formatting', 0, {
      options: { tabSize: 2, insertSpaces: true },
    });
    assert.match(edits.map(edit => edit.newText).join(''), /^SELECT 1/);
  });

  test('cells of a notebook see the tables that earlier cells make', async t => {
    const session = await startSession();
    t.after(session.close);
    await session.client.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri: 'file:///book.sql',
        notebookType: 'lakehouse-sql',
        version: 1,
        cells: [
          { kind: 2, document: 'cell:1' },
          { kind: 2, document: 'cell:2' },
        ],
      },
      cellTextDocuments: [
        {
          uri: 'cell:1',
          languageId: 'sql',
          version: 1,
          text: 'USE c.s; CREATE TABLE fresh (only_here bigint)',
        },
        { uri: 'cell:2', languageId: 'sql', version: 1, text: 'SELECT  FROM fresh' },
      ],
    });
    const labels = await complete(session, 7, 'cell:2');
    assert.ok(labels.includes('only_here'));
  });

  test('offers to check with Trino as a source action and does it as a command', async t => {
    const source = fakeSource();
    const session = await opened(t, 'SELECT 1; DROP TABLE x; COMMIT', source);
    await session.client.sendNotification(ENDPOINTS_NOTIFICATION, ENDPOINTS);
    const [action] = await eventually(async () => {
      const actions = await request<CodeAction[]>(session, 'textDocument/codeAction', 0, {
        range: range(0, 0, 0, 0),
        context: { diagnostics: [], only: ['source'] },
      });
      return actions.length > 0 ? actions : undefined;
    });
    assert.equal(action?.title, 'Check with Trino');
    const result = await session.client.sendRequest('workspace/executeCommand', action.command);
    assert.deepEqual(result, { checked: 2, refused: 0 }, 'COMMIT cannot be explained, so it is not sent');
    assert.equal(source.calls.filter(call => call === 'validate').length, 2);
  });

  test('cells use named cells like tables, and parameters are no mistakes', async t => {
    const session = await startSession();
    t.after(session.close);
    const cell = (document: string, name?: string) => ({
      kind: 2,
      document,
      ...(name === undefined ? {} : { metadata: { lakehouse: { name } } }),
    });
    const text = (uri: string, sql: string) => ({ uri, languageId: 'sql', version: 1, text: sql });
    await session.client.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri: 'file:///named.sql',
        notebookType: 'lakehouse-sql',
        version: 1,
        cells: [cell('named:1', 'Totals'), cell('named:2')],
      },
      cellTextDocuments: [
        text('named:1', 'SELECT 1 AS amount'),
        text('named:2', 'SELECT  FROM totals WHERE amount > :least'),
      ],
    });
    assert.ok((await complete(session, 7, 'named:2')).includes('amount'));
    await session.client.sendNotification('notebookDocument/didChange', {
      notebookDocument: { uri: 'file:///named.sql', version: 2 },
      change: {
        cells: {
          textContent: [
            {
              document: { uri: 'named:2', version: 2 },
              changes: [{ text: 'SELECT amount, nothing FROM totals WHERE amount > :least' }],
            },
          ],
        },
      },
    });
    const [problem, ...others] = await published(
      session,
      list => JSON.stringify(list).includes('nothing'),
      'named:2',
    );
    assert.match(problem?.message ?? '', /no column nothing/);
    assert.deepEqual(others, []);
  });
});
