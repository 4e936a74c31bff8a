import { commands, env, window, workspace } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import { isCatalogNode } from './catalog-nodes.ts';
import { spellName, spellTable } from './sql-name.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { requireBranch, requireTable, type TableCommandsInput, type TableTarget } from './table-target.ts';

const PREVIEW_ROWS = 100;

/** What can be done with a table or view of the tree without changing it, and dropping it. */
export function tableCommands(input: TableCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.previewTable]: async node => {
      await openQuery(await selectFrom(input, node));
      await commands.executeCommand(COMMAND_IDS.runQuery);
    },
    [COMMAND_IDS.newQuery]: async node => openQuery(await selectFrom(input, node)),
    [COMMAND_IDS.copyTableName]: async node => {
      const name = await tableName(input, node);
      await env.clipboard.writeText(name);
      window.setStatusBarMessage(`Copied ${name}`, 3000);
    },
    [COMMAND_IDS.dropTable]: node => dropTable(input, requireTable(node)),
  };
}

async function selectFrom(input: TableCommandsInput, node: unknown): Promise<string> {
  const name = await tableName(input, node);
  const isSnapshot = isCatalogNode(node) && node.kind === 'line' && node.snapshotId !== undefined;
  const version = isSnapshot ? ` FOR VERSION AS OF ${node.snapshotId}` : '';
  return `SELECT *\nFROM ${name}${version}\nLIMIT ${PREVIEW_ROWS};\n`;
}

/** The table's name as a person would write it: in the Trino catalog of its branch or tag, or in the other one that it is of. */
async function tableName({ session, source }: TableCommandsInput, node: unknown): Promise<string> {
  if (isCatalogNode(node) && node.kind === 'foreign' && node.path.length === 3)
    return node.path.map(spellName).join('.');
  const { ref, key } = requireTable(node);
  return spellTable(await openTrinoCatalog(session, source(), { kind: 'reference', name: ref }), key);
}

/** A new SQL document, the cursor in its first statement. */
export async function openQuery(content: string): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument({ language: SQL_LANGUAGE, content }));
}

/** Takes a table off its branch after its name was typed. Its files stay, and a tag keeps the branch as it was. */
async function dropTable(input: TableCommandsInput, target: TableTarget): Promise<void> {
  const name = target.key.at(-1) ?? '';
  await requireBranch(input.browser, target.ref);
  const typed = await window.showInputBox({
    title: `Drop the table ${target.key.join('.')} on ${target.ref}`,
    prompt: `A tag keeps the branch as it is now, and the files stay: other branches may use them. Type ${name} to confirm.`,
    validateInput: value => (value === name || value === '' ? undefined : `Type ${name}, or press Escape.`),
  });
  if (typed !== name) return;
  const { dropEntry } = await import('../../catalog/table-actions.ts');
  const place = { branch: target.ref, key: target.key };
  const { backup } = await dropEntry(input.source().nessie, place, new Date());
  await input.browser.poll();
  void window.showInformationMessage(
    `${name} was dropped. The tag ${backup.name} keeps the branch as it was.`,
  );
}
