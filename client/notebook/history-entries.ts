import { type NotebookCell, workspace } from 'vscode';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { RanStatement } from '../query/query-commands.ts';
import type { NamedCell } from './cell-references.ts';
import type { StatementEnd } from './cell-run.ts';
import { cellConnection } from './cell-session.ts';
import { readDirectives } from './directives.ts';
import type { HistoryEntry } from './history.ts';
import { neededParameters } from './prepare-statement.ts';

export interface CellSurroundings {
  /** The text of the notebook's first code cell. */
  readonly firstText: string;
  /** The cells that the statement could use by name. */
  readonly cells: readonly NamedCell[];
  /** The catalog that a statement uses without being told one. */
  readonly defaultCatalog: string;
}

/** The history's line about a statement of a notebook. Values of parameters are not kept: they are asked for again. */
export function notebookEntry(
  cell: NotebookCell,
  { statement, output, error, request }: StatementEnd,
  { firstText, cells, defaultCatalog }: CellSurroundings,
): HistoryEntry {
  const { state, elapsedMs, fetchedRows, updateCount, queryId } = output.progress;
  const { reference } = cellConnection(readDirectives(firstText), readDirectives(cell.document.getText()));
  const place = directivesOf(request.session, defaultCatalog);
  const directives =
    reference === undefined ? place : [`-- @${reference.kind} ${reference.name}`, ...place.filter(isSchema)];
  return {
    at: Date.now(),
    // What named cells stood for is part of it, so that it can run without them.
    statement: neededParameters(statement, cells).length === 0 ? request.statement : statement,
    state,
    elapsedMs,
    rows: updateCount ?? fetchedRows,
    source: workspace.asRelativePath(cell.notebook.uri),
    ...(directives.length === 0 ? {} : { directives: directives.join('\n') }),
    ...(queryId === undefined ? {} : { queryId }),
    ...(error === undefined ? {} : { error: `${error.name}: ${error.message}` }),
  };
}

/** The history's line about a statement of a plain editor. */
export function editorEntry({ document, sql, outcome, session }: RanStatement): HistoryEntry {
  const { kind, rows, elapsedMs, failure } = outcome;
  const states = { finished: 'FINISHED', cancelled: 'CANCELED', failed: 'FAILED' } as const;
  const directives = directivesOf(session);
  return {
    at: Date.now(),
    statement: sql,
    state: states[kind],
    elapsedMs: Math.round(elapsedMs),
    rows,
    source: workspace.asRelativePath(document.uri),
    ...(directives.length === 0 ? {} : { directives: directives.join('\n') }),
    ...(failure === undefined ? {} : { error: failure }),
  };
}

function directivesOf(
  { catalog, schema }: Pick<TrinoSession, 'catalog' | 'schema'>,
  defaultCatalog?: string,
): string[] {
  return [
    ...(catalog === undefined || catalog === defaultCatalog ? [] : [`-- @catalog ${catalog}`]),
    ...(schema === undefined ? [] : [`-- @schema ${schema}`]),
  ];
}

function isSchema(directive: string): boolean {
  return directive.startsWith('-- @schema ');
}
