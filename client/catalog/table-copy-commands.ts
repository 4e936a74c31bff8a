import { env, NotebookCellData, NotebookCellKind, NotebookData, window, workspace } from 'vscode';
import { currentSchema } from '../../catalog/iceberg/metadata.ts';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import { NOTEBOOK_TYPE } from '../notebook/kernel.ts';
import { spellName, spellTable } from './sql-name.ts';
import { requireTable, type TableCommandsInput, type TableTarget, trinoNameOf } from './table-target.ts';

/** Takes a table's SQL elsewhere: to the clipboard, or into a new notebook. */
export function tableCopyCommands(input: TableCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.copyTableDdl]: async node => copy(await readDdl(input, requireTable(node)), 'the DDL'),
    [COMMAND_IDS.copyTableSelect]: async node => {
      const target = requireTable(node);
      const [catalog] = await trinoNameOf(input, target);
      await copy(`${await selectColumns(input, target, catalog)};\n`, 'a SELECT with every column');
    },
    [COMMAND_IDS.newTableNotebook]: async node => openNotebook(input, requireTable(node)),
  };
}

async function copy(text: string, what: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Copied ${what}`, 3000);
}

/** CREATE TABLE as Trino writes it. */
async function readDdl(input: TableCommandsInput, target: TableTarget): Promise<string> {
  const table = await trinoNameOf(input, target);
  return `${await input.source().reader.call('showCreate', { table })};\n`;
}

/** `catalog` is left out where the notebook's branch decides about it. */
async function selectColumns(
  input: TableCommandsInput,
  { ref, key }: TableTarget,
  catalog: string | undefined,
): Promise<string> {
  const metadata = await input.source().table(ref, key);
  const columns = currentSchema(metadata).fields.map(field => spellName(field.name));
  return `SELECT\n  ${columns.join(',\n  ')}\nFROM ${spellTable(catalog, key)}`;
}

/** A notebook that says for itself on which branch or tag its cells run. */
async function openNotebook(input: TableCommandsInput, target: TableTarget): Promise<void> {
  const { ref, key } = target;
  const select = await selectColumns(input, target, undefined);
  const kind = input.browser.reference(ref)?.type === 'TAG' ? 'tag' : 'branch';
  const heading = key.join('.').replaceAll(/[\\`*_{}[\]()#+!|<>-]/g, '\\$&');
  const document = await workspace.openNotebookDocument(
    NOTEBOOK_TYPE,
    new NotebookData([
      new NotebookCellData(NotebookCellKind.Markup, `# ${heading}`, 'markdown'),
      new NotebookCellData(NotebookCellKind.Code, `-- @${kind} ${ref}\n${select}\nLIMIT 100;`, SQL_LANGUAGE),
    ]),
  );
  await window.showNotebookDocument(document);
}
