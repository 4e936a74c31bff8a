import {
  DocumentHighlightKind,
  type DocumentSymbol,
  type FoldingRange,
  InlayHintKind,
  type SelectionRange,
  SymbolKind,
  type SymbolInformation,
} from 'vscode-languageserver';
import type { CatalogView } from './catalog-index/catalog-view.ts';
import { encodeTokens, toRange, toSpan } from './conversions.ts';
import type { ServerContext } from './diagnostics-publisher.ts';
import type { SqlDocument } from './documents.ts';
import { hoverAt } from './features/hover.ts';
import { inlayHints } from './features/inlay-hints.ts';
import { definitionAt, referencesAt, tableAt } from './features/navigation.ts';
import { foldingRanges, type OutlineItem, outlineOf, selectionSpans } from './features/outline.ts';
import { semanticTokens } from './features/semantic-tokens.ts';
import { tableOfUri, tableText, tableUri } from './features/table-document.ts';
import { TABLE_TEXT_REQUEST, type TableTextParams, type TableTextResult } from './protocol.ts';

const WORKSPACE_SYMBOL_LIMIT = 100;
const AT_TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The requests that only look: hover, navigation, outline, colours. */
export function answerReading(context: ServerContext): void {
  const { connection, documents, workspace, options } = context;
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const { findFunction } = workspace.inputFor(document);
    const hover = hoverAt(workspace.analyzed(document), document.offsetAt(position), findFunction);
    if (hover === undefined) return null;
    return { contents: { kind: 'markdown', value: hover.markdown }, range: toRange(document, hover.span) };
  });
  connection.onDefinition(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const analyzed = workspace.analyzed(document);
    const offset = document.offsetAt(position);
    const span = definitionAt(analyzed, offset);
    if (span !== undefined) return { uri: document.uri, range: toRange(document, span) };
    const table = options().tableDocuments === true ? tableAt(analyzed, offset) : undefined;
    return table === undefined ? null : { uri: tableUri(table), range: AT_TOP };
  });
  connection.onReferences(({ textDocument, position, context: { includeDeclaration } }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return referencesAt(workspace.analyzed(document), document.offsetAt(position))
      .filter(reference => includeDeclaration || !reference.isDeclaration)
      .map(reference => ({ uri: document.uri, range: toRange(document, reference) }));
  });
  connection.onDocumentHighlight(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return referencesAt(workspace.analyzed(document), document.offsetAt(position)).map(reference => ({
      range: toRange(document, reference),
      kind: reference.isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
  });
  answerStructure(context);
  answerTables(context);
  answerColours(context);
}

function answerStructure({ connection, documents, workspace, catalog, options }: ServerContext): void {
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return outlineOf(workspace.scriptOf(document)).map(item => documentSymbol(document, item));
  });
  connection.onWorkspaceSymbol(({ query }) => {
    const wanted = query.toLowerCase();
    return documents
      .all()
      .flatMap(document => flatSymbols(document, outlineOf(workspace.scriptOf(document))))
      .filter(symbol => symbol.name.toLowerCase().includes(wanted))
      .slice(0, WORKSPACE_SYMBOL_LIMIT)
      .concat(options().tableDocuments === true ? tableSymbols(catalog.view(), query) : []);
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return foldingRanges(workspace.scriptOf(document)).map((folding): FoldingRange => {
      const { start, end } = toRange(document, folding);
      return { startLine: start.line, endLine: end.line, kind: folding.kind };
    });
  });
  connection.onSelectionRanges(({ textDocument, positions }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return positions.map(position => {
      const spans = selectionSpans(workspace.scriptOf(document), document.offsetAt(position));
      return (
        spans.reduceRight<SelectionRange | undefined>(
          (parent, span) => ({ range: toRange(document, span), ...(parent === undefined ? {} : { parent }) }),
          undefined,
        ) ?? { range: { start: position, end: position } }
      );
    });
  });
}

/** Tables of the catalog whose names fit, the best first. */
function tableSymbols(view: CatalogView, query: string): SymbolInformation[] {
  return view.search(query, { limit: WORKSPACE_SYMBOL_LIMIT }).tables.map(path => ({
    name: path.table,
    kind: SymbolKind.Struct,
    location: { uri: tableUri(path), range: AT_TOP },
    containerName: `${path.catalog}.${path.schema}`,
  }));
}

function answerTables({ connection, catalog }: ServerContext): void {
  connection.onRequest(TABLE_TEXT_REQUEST, ({ uri }: TableTextParams): TableTextResult => {
    const table = tableOfUri(uri);
    return { text: table === undefined ? '' : tableText(table, catalog.view().lookup(table)) };
  });
}

function answerColours({ connection, documents, workspace }: ServerContext): void {
  connection.languages.semanticTokens.on(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return { data: [] };
    return { data: encodeTokens(document, semanticTokens(workspace.analyzed(document))) };
  });
  connection.languages.semanticTokens.onRange(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return { data: [] };
    const tokens = semanticTokens(workspace.analyzed(document), toSpan(document, range));
    return { data: encodeTokens(document, tokens) };
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return inlayHints(workspace.analyzed(document), toSpan(document, range)).map(hint => ({
      position: document.positionAt(hint.offset),
      label: hint.text,
      ...(hint.kind === 'type' ? { kind: InlayHintKind.Type } : {}),
      ...(hint.tooltip === undefined ? {} : { tooltip: hint.tooltip }),
    }));
  });
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  query: SymbolKind.Event,
  table: SymbolKind.Struct,
  change: SymbolKind.Operator,
  routine: SymbolKind.Function,
  commonTable: SymbolKind.Class,
  column: SymbolKind.Field,
};

function documentSymbol(document: SqlDocument, item: OutlineItem): DocumentSymbol {
  return {
    name: item.name,
    detail: item.detail,
    kind: SYMBOL_KINDS[item.kind],
    range: toRange(document, item.span),
    selectionRange: toRange(document, item.selection),
    children: item.children.map(child => documentSymbol(document, child)),
  };
}

function flatSymbols(
  document: SqlDocument,
  items: readonly OutlineItem[],
  container = '',
): SymbolInformation[] {
  return items.flatMap(item => [
    {
      name: item.name,
      kind: SYMBOL_KINDS[item.kind],
      location: { uri: document.uri, range: toRange(document, item.span) },
      containerName: container,
    },
    ...flatSymbols(document, item.children, item.name),
  ]);
}
