import {
  commands,
  type NotebookCell,
  type NotebookDocument,
  Range,
  type TextDocument,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { cellConnection } from './cell-session.ts';
import { chooseCatalog, choosePart, chooseSchema } from './choose-place.ts';
import { type ChosenReference, chooseReference } from './choose-reference.ts';
import { readDirectives, type SnapshotDirective, writeDirective } from './directives.ts';
import { cellOf, firstSqlCell, rangesOf, requireNotebook } from './notebook-target.ts';
import { openReferenceCatalog } from './reference-catalog.ts';

export interface PlaceCommandsInput {
  readonly session: LakehouseSession;
  readonly sessionOf: (notebook: NotebookDocument) => TrinoSession | undefined;
}

/** Where cells run: chosen by a person, kept in the file as comment lines. */
export function placeCommands(input: PlaceCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.chooseNotebookConnection]: async () => {
      const notebook = requireNotebook();
      const first = firstSqlCell(notebook);
      await changePlace(input, notebook, first.document);
    },
    [COMMAND_IDS.runCellOn]: async (target: unknown) => {
      const cell = cellOf(target);
      const endpoints = requireEndpoints(input.session, ['nessie']);
      const { tablesOf } = await import('./snapshot-edits.ts');
      const { statementsOf } = await import('./statements.ts');
      const tables = statementsOf(cell.document.getText()).flatMap(({ text }) => tablesOf(text));
      const chosen = await chooseReference(endpoints, 'Run this cell on', tables.length > 0);
      if (chosen === undefined) return;
      if (chosen === 'snapshot') {
        if (!(await writeSnapshot(input, cell, tables))) return;
      } else await writeReference(cell.document, chosen);
      await commands.executeCommand('notebook.cell.execute', rangesOf(cell));
    },
  };
}

async function changePlace(
  { session, sessionOf }: PlaceCommandsInput,
  notebook: NotebookDocument,
  document: TextDocument,
): Promise<void> {
  const endpoints = requireEndpoints(session, ['nessie', 'trino']);
  const { reference, catalog, schema } = readDirectives(document.getText());
  const running = sessionOf(notebook);
  const part = await choosePart({
    reference: reference === undefined ? 'default branch' : `${reference.kind} ${reference.name}`,
    catalog: catalog ?? running?.catalog ?? endpoints.trino.catalog,
    schema: schema ?? running?.schema ?? 'none',
  });
  if (part === 'reference') {
    const chosen = await chooseReference(endpoints, 'Where the cells of this notebook run', false);
    if (chosen !== undefined && chosen !== 'snapshot') await writeReference(document, chosen);
  } else if (part === 'catalog') {
    const chosen = await chooseCatalog(endpoints);
    if (chosen === undefined) return;
    // A schema of another catalog would be one that does not exist.
    const text = writeDirective(document.getText(), 'schema', undefined);
    await write(document, writeDirective(text, 'catalog', chosen.name));
  } else if (part === 'schema') {
    const shown = reference === undefined ? undefined : await openReferenceCatalog(endpoints, reference);
    const from = catalog ?? shown ?? running?.catalog ?? endpoints.trino.catalog;
    const chosen = await chooseSchema(endpoints, from);
    if (chosen !== undefined)
      await write(document, writeDirective(document.getText(), 'schema', chosen.name));
  }
}

/** Writes the choice as a comment line, so that the file says where it runs. */
async function writeReference(
  document: TextDocument,
  chosen: Exclude<ChosenReference, 'snapshot'>,
): Promise<void> {
  const before = withoutDirectives(document.getText(), 'snapshot');
  const old = readDirectives(before).reference;
  let text = old === undefined ? before : writeDirective(before, old.kind, undefined);
  if (chosen !== 'default') text = writeDirective(text, chosen.reference.kind, chosen.reference.name);
  await write(document, text);
}

/** False when nobody chose one. */
async function writeSnapshot(
  { session, sessionOf }: PlaceCommandsInput,
  cell: NotebookCell,
  tables: readonly (readonly string[])[],
): Promise<boolean> {
  const { chooseSnapshot } = await import('./choose-snapshot.ts');
  const text = cell.document.getText();
  const first = firstSqlCell(cell.notebook).document.getText();
  const { reference, schema } = cellConnection(readDirectives(first), readDirectives(text));
  const endpoints = requireEndpoints(session, ['nessie', 'objectStore']);
  const place = { endpoints, reference, schema: schema ?? sessionOf(cell.notebook)?.schema };
  const chosen: SnapshotDirective | undefined = await chooseSnapshot(place, tables);
  if (chosen === undefined) return false;
  const others = readDirectives(text).snapshots.filter(({ table }) => table !== chosen.table);
  const lines = [...others, chosen].map(({ table, id }) => `-- @snapshot ${table} ${id}\n`);
  await write(cell.document, lines.join('') + withoutDirectives(text, 'snapshot'));
  return true;
}

function withoutDirectives(text: string, name: string): string {
  for (let before = text; ; before = text) {
    text = writeDirective(before, name, undefined);
    if (text === before) return text;
  }
}

async function write(document: TextDocument, text: string): Promise<void> {
  const edit = new WorkspaceEdit();
  const before = document.getText();
  edit.replace(document.uri, new Range(document.positionAt(0), document.positionAt(before.length)), text);
  if (!(await workspace.applyEdit(edit)))
    throw new ActionableError('The cell cannot be changed: is the file read-only?');
}
