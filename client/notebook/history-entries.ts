import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { StatementEnd } from './cell-run.ts';
import { cellConnection } from './cell-session.ts';
import { readDirectives } from './directives.ts';
import type { HistoryEntry } from './history.ts';
import {
  findParameters,
  formatDeclaration,
  type ParameterDeclaration,
  readDeclarations,
} from './parameters.ts';
import { isSecretName } from './secrets.ts';

export interface StatementSurroundings {
  /** The text of the cell, and that of the first code cell of the same file. */
  readonly text: string;
  readonly firstText: string;
  /** Where parameters are declared. */
  readonly texts: readonly string[];
  /** The catalog that a statement uses without being told one. */
  readonly defaultCatalog: string;
  /** The file's name. */
  readonly source: string;
}

/**
 * The history's line about a statement. What named cells and snapshots stood for is part of it, so that it can run without
 * them. Values of parameters are not kept: they are taken from their declarations or asked for again, as the first time.
 */
export function historyEntry(
  { template, output, error, request }: StatementEnd,
  { text, firstText, texts, defaultCatalog, source }: StatementSurroundings,
): HistoryEntry {
  const { state, elapsedMs, fetchedRows, updateCount, queryId } = output.progress;
  const connection = cellConnection(readDirectives(firstText), readDirectives(text));
  const names = findParameters(template).map(use => use.name);
  const directives = [
    ...placeLines(connection, request.session, defaultCatalog),
    ...Object.entries(connection.session).flatMap(([name, value]) =>
      isSecretName(name) ? [] : [`-- @session ${name}=${value}`],
    ),
    ...declarationsOf(texts, names).map(formatDeclaration),
  ];
  return {
    at: Date.now(),
    statement: template,
    state,
    elapsedMs,
    rows: updateCount ?? fetchedRows,
    source,
    ...(directives.length === 0 ? {} : { directives: directives.join('\n') }),
    ...(queryId === undefined ? {} : { queryId }),
    ...(error === undefined ? {} : { error: `${error.name}: ${error.message}` }),
  };
}

/** What the texts declare of these parameters, without defaults that are secrets; the last line of a name counts. */
function declarationsOf(texts: readonly string[], names: readonly string[]): ParameterDeclaration[] {
  const found = texts.flatMap(readDeclarations).filter(({ name }) => names.includes(name));
  return [...new Map(found.map(each => [each.name, each])).values()].map(({ name, type, value }) =>
    value === undefined || isSecretName(name) ? { name, type } : { name, type, value },
  );
}

/** A reference instead of the catalog that was made for it, which may be gone by the next time. */
function placeLines(
  { reference }: ReturnType<typeof cellConnection>,
  { catalog, schema }: Pick<TrinoSession, 'catalog' | 'schema'>,
  defaultCatalog: string,
): string[] {
  const schemaLine = schema === undefined ? [] : [`-- @schema ${schema}`];
  if (reference !== undefined) return [`-- @${reference.kind} ${reference.name}`, ...schemaLine];
  return [
    ...(catalog === undefined || catalog === defaultCatalog ? [] : [`-- @catalog ${catalog}`]),
    ...schemaLine,
  ];
}
