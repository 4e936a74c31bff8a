import {
  type CodeAction,
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  ResponseError,
  type TextEdit,
} from 'vscode-languageserver';
import type { TablePath } from './catalog-index/catalog-view.ts';
import { toRange, toSpan } from './conversions.ts';
import type { DiagnosticsPublisher, ServerContext } from './diagnostics-publisher.ts';
import type { SqlDocument } from './documents.ts';
import { codeActionsAt } from './features/code-actions.ts';
import { completeAt } from './features/completion/completion.ts';
import type { Proposal, ProposalKind } from './features/completion/proposal.ts';
import { describeTable } from './features/hover.ts';
import { renameAt, renameTargetAt } from './features/navigation.ts';
import { signatureHelpAt } from './features/signature-help.ts';
import { CHECK_ACTION, VALIDATE_COMMAND } from './protocol.ts';
import { type FormatOptions, formatScript, type Span } from './sql/index.ts';

/** The protocol's number for "the request failed", with a message that people see. */
const REQUEST_FAILED = -32803;

/** The requests that lead to a change: completion, rename, formatting, code actions. */
export function answerEditing(context: ServerContext, diagnostics: DiagnosticsPublisher): void {
  answerCompletion(context);
  answerRename(context);
  answerFormatting(context);
  const { connection, documents, workspace, catalog } = context;
  connection.onCodeAction(({ textDocument, range, context: { only } }): CodeAction[] | null => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const found = diagnostics.of(document);
    const actions = codeActionsAt(workspace.analyzed(document), toSpan(document, range), found).map(
      action => ({
        title: action.title,
        kind: action.kind === 'quickfix' ? 'quickfix' : 'refactor.rewrite',
        edit: { changes: { [document.uri]: action.edits.map(edit => textEdit(document, edit)) } },
      }),
    );
    // Only for those who ask for source actions: the menu of corrections stays short.
    const isAsked = only?.some(kind => `${CHECK_ACTION}.`.startsWith(`${kind}.`)) === true;
    return isAsked && catalog.source !== undefined ? [...actions, checkAction(document)] : actions;
  });
}

function checkAction({ uri }: SqlDocument): CodeAction {
  const title = 'Check with Trino';
  return { title, kind: CHECK_ACTION, command: { title, command: VALIDATE_COMMAND, arguments: [uri] } };
}

function answerCompletion({ connection, documents, workspace, catalog }: ServerContext): void {
  connection.onCompletion(({ textDocument, position, context }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const script = workspace.scriptOf(document);
    const input = { ...workspace.inputFor(document), trigger: context?.triggerCharacter };
    const list = completeAt(script, document.offsetAt(position), input);
    const range = toRange(document, list.replace);
    return {
      isIncomplete: list.isIncomplete,
      items: list.proposals.map((proposal, i) => completionItem(proposal, i, range)),
    };
  });
  connection.onCompletionResolve(item => {
    const table = item.data as TablePath | undefined;
    if (table === undefined) return item;
    const found = catalog.view().lookup(table);
    const details = found.state === 'present' ? found.details : undefined;
    return { ...item, documentation: { kind: 'markdown', value: describeTable(table, details) } };
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const { findFunction } = workspace.inputFor(document);
    const help = signatureHelpAt(workspace.scriptOf(document), document.offsetAt(position), findFunction);
    if (help === undefined) return null;
    return {
      activeSignature: help.activeSignature,
      activeParameter: help.activeParameter,
      signatures: help.signatures.map(({ label, documentation, parameters }) => ({
        label,
        documentation,
        parameters: parameters.map(parameter => ({ label: parameter })),
      })),
    };
  });
}

const KINDS: Readonly<Record<ProposalKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  catalog: CompletionItemKind.Module,
  schema: CompletionItemKind.Module,
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  commonTable: CompletionItemKind.Class,
  alias: CompletionItemKind.Variable,
  column: CompletionItemKind.Field,
  field: CompletionItemKind.Property,
  function: CompletionItemKind.Function,
  type: CompletionItemKind.TypeParameter,
  property: CompletionItemKind.Property,
  procedure: CompletionItemKind.Method,
  argument: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  variable: CompletionItemKind.Variable,
  window: CompletionItemKind.Variable,
  reference: CompletionItemKind.Reference,
  snippet: CompletionItemKind.Snippet,
};

function completionItem(
  proposal: Proposal,
  index: number,
  range: ReturnType<typeof toRange>,
): CompletionItem {
  return {
    label: proposal.label,
    kind: KINDS[proposal.kind],
    sortText: `${index}`.padStart(4, '0'),
    textEdit: { range, newText: proposal.insertText },
    ...(proposal.filterText === undefined ? {} : { filterText: proposal.filterText }),
    ...(proposal.isSnippet === true ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(proposal.detail === undefined ? {} : { detail: proposal.detail }),
    ...(proposal.table === undefined ? {} : { data: proposal.table }),
    ...(proposal.documentation === undefined ? {} : { documentation: proposal.documentation }),
  };
}

function answerRename({ connection, documents, workspace }: ServerContext): void {
  connection.onPrepareRename(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const target = renameTargetAt(workspace.analyzed(document), document.offsetAt(position));
    if (target.kind === 'refused') throw new ResponseError(REQUEST_FAILED, target.reason);
    return { range: toRange(document, target.span), placeholder: target.name };
  });
  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const renamed = renameAt(workspace.analyzed(document), document.offsetAt(position), newName);
    if ('refusal' in renamed) throw new ResponseError(REQUEST_FAILED, renamed.refusal);
    const edits = renamed.spans.map(span => textEdit(document, { ...span, newText: renamed.newText }));
    return { changes: { [document.uri]: edits } };
  });
}

function answerFormatting({ connection, documents, options }: ServerContext): void {
  const format = (
    document: SqlDocument,
    editor: { readonly tabSize: number; readonly insertSpaces: boolean },
    range?: Span,
  ): TextEdit[] => {
    const settings: Partial<FormatOptions> = {
      indent: editor.insertSpaces ? editor.tabSize : 0,
      ...options().format,
    };
    const { edits } = formatScript(document.getText(), settings, range);
    return edits.map(edit => textEdit(document, edit));
  };
  connection.onDocumentFormatting(({ textDocument, options: editor }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? null : format(document, editor);
  });
  connection.onDocumentRangeFormatting(({ textDocument, range, options: editor }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? null : format(document, editor, toSpan(document, range));
  });
  // A semicolon ends a statement: it is laid out as soon as it is whole.
  connection.onDocumentOnTypeFormatting(({ textDocument, position, options: editor }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const offset = document.offsetAt(position);
    return format(document, editor, { start: Math.max(0, offset - 1), end: offset });
  });
}

function textEdit(document: SqlDocument, edit: Span & { readonly newText: string }): TextEdit {
  return { range: toRange(document, edit), newText: edit.newText };
}
