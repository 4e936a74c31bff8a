import { commands, type NotebookCell, type TextDocument } from 'vscode';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { cellConnection } from './cell-session.ts';
import { chooseCatalog, choosePart, chooseSchema } from './choose-place.ts';
import { type ChosenReference, chooseReference } from './choose-reference.ts';
import { readDirectives, type SnapshotDirective, writeDirective } from './directives.ts';
import { type FrontDocument, replaceText, requireFrontDocument } from './front-document.ts';
import { cellOf, firstSqlCell, rangesOf } from './notebook-target.ts';
import { openReferenceCatalog } from './reference-catalog.ts';

export interface PlaceCommandsInput {
  readonly session: LakehouseSession;
  /** Throws when no lakehouse can be asked. */
  readonly source: () => CatalogSource;
  readonly sessionOf: (owner: object) => TrinoSession | undefined;
}

/** Where cells run: chosen by a person, kept in the file as comment lines. */
export function placeCommands(input: PlaceCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.chooseNotebookConnection]: async () => {
      await changePlace(input, requireFrontDocument());
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
      } else await write(cell.document, withReference(cell.document.getText(), chosen));
      await commands.executeCommand('notebook.cell.execute', rangesOf(cell));
    },
  };
}

async function changePlace(
  { session, source, sessionOf }: PlaceCommandsInput,
  front: FrontDocument,
): Promise<void> {
  const endpoints = requireEndpoints(session, ['nessie', 'trino']);
  const text = front.firstText();
  const { reference, catalog, schema } = readDirectives(text);
  const running = sessionOf(front.owner);
  const what = front.kind === 'notebook' ? 'the cells of this notebook' : 'the statements of this file';
  const part = await choosePart(`Where ${what} run`, {
    reference: reference === undefined ? 'default branch' : `${reference.kind} ${reference.name}`,
    catalog: catalog ?? running?.catalog ?? endpoints.trino.catalog,
    schema: schema ?? running?.schema ?? 'none',
  });
  if (part === 'reference') {
    const chosen = await chooseReference(endpoints, `Where ${what} run`, false);
    if (chosen !== undefined && chosen !== 'snapshot') await front.writeFirst(withReference(text, chosen));
  } else if (part === 'catalog') {
    const chosen = await chooseCatalog(source().reader);
    if (chosen === undefined) return;
    // A schema of another catalog would be one that does not exist.
    const withoutSchema = writeDirective(text, 'schema', undefined);
    await front.writeFirst(writeDirective(withoutSchema, 'catalog', chosen.name));
  } else if (part === 'schema') {
    const shown = reference === undefined ? undefined : await openReferenceCatalog(source(), reference);
    const from = catalog ?? shown ?? running?.catalog ?? endpoints.trino.catalog;
    const chosen = await chooseSchema(source().reader, from);
    if (chosen !== undefined) await front.writeFirst(writeDirective(text, 'schema', chosen.name));
  }
}

/** The text with the choice as a comment line, so that the file says where it runs. */
function withReference(text: string, chosen: Exclude<ChosenReference, 'snapshot'>): string {
  const before = withoutDirectives(text, 'snapshot');
  const old = readDirectives(before).reference;
  const without = old === undefined ? before : writeDirective(before, old.kind, undefined);
  if (chosen === 'default') return without;
  return writeDirective(without, chosen.reference.kind, chosen.reference.name);
}

/** False when nobody chose one. */
async function writeSnapshot(
  { session, source, sessionOf }: PlaceCommandsInput,
  cell: NotebookCell,
  tables: readonly (readonly string[])[],
): Promise<boolean> {
  const { chooseSnapshot } = await import('./choose-snapshot.ts');
  const text = cell.document.getText();
  const first = firstSqlCell(cell.notebook).document.getText();
  const { reference, schema } = cellConnection(readDirectives(first), readDirectives(text));
  requireEndpoints(session, ['nessie', 'objectStore']);
  const place = { source: source(), reference, schema: schema ?? sessionOf(cell.notebook)?.schema };
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

function write(document: TextDocument, text: string): Promise<void> {
  return replaceText(document, { start: 0, text: document.getText() }, text);
}
