import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  CompletionList,
  DocumentHighlight,
  DocumentSymbol,
  FoldingRange,
  InlayHint,
  Location,
  SelectionRange,
  SemanticTokens,
  SymbolInformation,
  TextEdit,
} from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { opened, range, request, URI } from './session.ts';

const OPTIONS = { tabSize: 2, insertSpaces: true };

describe('the requests of the protocol', () => {
  test('formats only the statement that a range touches', async t => {
    const text = 'select 1;\nselect 2;\nselect 3;';
    const session = await opened(t, text);
    const edits = await request<TextEdit[]>(session, 'textDocument/rangeFormatting', 0, {
      options: OPTIONS,
      range: range(1, 0, 1, 3),
    });
    assert.equal(applied(text, edits), 'select 1;\nSELECT 2;\nselect 3;');
  });

  test('formats a statement when its semicolon is typed', async t => {
    const text = 'select 1;\nselect  2 ;';
    const session = await opened(t, text);
    const edits = await request<TextEdit[]>(session, 'textDocument/onTypeFormatting', 0, {
      position: { line: 1, character: 11 },
      ch: ';',
      options: OPTIONS,
    });
    assert.equal(applied(text, edits), 'select 1;\nSELECT 2;');
  });

  test('finds references and highlights them, the declaration as a write', async t => {
    const session = await opened(t, 'SELECT o.id FROM orders o WHERE o.id = 1');
    const context = { includeDeclaration: false };
    const places = await request<Location[]>(session, 'textDocument/references', 7, { context });
    assert.deepEqual(
      places.map(place => place.range.start.character),
      [7, 32],
    );
    const marks = await request<DocumentHighlight[]>(session, 'textDocument/documentHighlight', 7);
    assert.deepEqual(marks.map(mark => [mark.range.start.character, mark.kind]).sort(), [
      [24, 3],
      [32, 2],
      [7, 2],
    ]);
  });

  test('a quote that opens brings up the list, one that closes does not', async t => {
    const text = `SELECT * FROM t WHERE a = 'x'; CREATE TABLE iceberg.s.u (b bigint) WITH (format = ''); SELECT "b"`;
    const session = await opened(t, text);
    const labels = async (behind: string, triggerCharacter?: string): Promise<string[]> => {
      const context = triggerCharacter === undefined ? {} : { context: { triggerKind: 2, triggerCharacter } };
      const character = text.indexOf(behind) + behind.length;
      const list = await request<CompletionList>(session, 'textDocument/completion', character, context);
      return list.items.map(item => item.label);
    };
    assert.deepEqual(await labels("'x'", "'"), []);
    assert.ok((await labels("'x'")).includes('GROUP BY'), 'to whom asks for it');
    assert.ok((await labels("format = '", "'")).includes('ORC'));
    assert.deepEqual(await labels('"b"', '"'), []);
  });

  test('grows a selection, folds, and lists what a document has', async t => {
    const session = await opened(t, 'WITH a AS (\n  SELECT 1 AS n\n)\nSELECT n FROM a');
    const [selection] = await request<SelectionRange[]>(session, 'textDocument/selectionRange', 0, {
      positions: [{ line: 1, character: 14 }],
    });
    assert.deepEqual(selection?.range, range(1, 14, 1, 15));
    assert.ok(selection.parent !== undefined);
    const folds = await request<FoldingRange[]>(session, 'textDocument/foldingRange', 0);
    assert.deepEqual(
      folds.map(fold => fold.startLine),
      [0, 0],
    );
    const symbols = await request<DocumentSymbol[]>(session, 'textDocument/documentSymbol', 0);
    assert.deepEqual(
      symbols[0]?.children?.map(child => child.name),
      ['a'],
    );
    const found = await session.client.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'a' });
    assert.ok(found.some(symbol => symbol.name === 'a' && symbol.location.uri === URI));
  });

  test('colours names and hints at types, in a part of a document too', async t => {
    const session = await opened(t, 'WITH a AS (SELECT 1 AS n) SELECT * FROM a;\nSELECT o.id FROM b o');
    const all = await request<SemanticTokens>(session, 'textDocument/semanticTokens/full', 0);
    const part = await request<SemanticTokens>(session, 'textDocument/semanticTokens/range', 0, {
      range: range(0, 0, 0, 5),
    });
    assert.deepEqual([all.data.length / 5, part.data.length / 5], [6, 3]);
    const hints = await request<InlayHint[]>(session, 'textDocument/inlayHint', 0, {
      range: range(0, 0, 0, 41),
    });
    assert.deepEqual(
      hints.map(hint => hint.label),
      [': integer', ' n'],
    );
  });
});

function applied(text: string, edits: TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create(URI, 'sql', 1, text), edits);
}
