import { commands, env, window, workspace } from 'vscode';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { type CatalogNode, isCatalogNode } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { spellTable } from './sql-name.ts';

export interface TableCommandsInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  /** The catalog; throws an error with the right button when there is none. */
  readonly source: () => CatalogSource;
}

const PREVIEW_ROWS = 100;

/** What can be done with a table or view of the tree. */
export function tableCommands(input: TableCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.previewTable]: async node => {
      await openQuery(await selectFrom(input, requireTable(node)));
      await commands.executeCommand(COMMAND_IDS.runQuery);
    },
    [COMMAND_IDS.newQuery]: async node => openQuery(await selectFrom(input, requireTable(node))),
    [COMMAND_IDS.copyTableName]: async node => {
      const name = await tableName(input, requireTable(node));
      await env.clipboard.writeText(name);
      window.setStatusBarMessage(`Copied ${name}`, 3000);
    },
    [COMMAND_IDS.dropTable]: node => dropTable(input, requireTable(node)),
  };
}

/** A table or view, perhaps as of one of its snapshots. */
interface TableTarget {
  readonly ref: string;
  readonly key: ContentKey;
  readonly snapshotId?: bigint;
}

async function selectFrom(input: TableCommandsInput, target: TableTarget): Promise<string> {
  const name = await tableName(input, target);
  const version = target.snapshotId === undefined ? '' : ` FOR VERSION AS OF ${target.snapshotId}`;
  return `SELECT *\nFROM ${name}${version}\nLIMIT ${PREVIEW_ROWS};\n`;
}

/** The table's name in the Trino catalog of its branch or tag, which is made when it is needed. */
async function tableName(
  { session, source }: TableCommandsInput,
  { ref, key }: TableTarget,
): Promise<string> {
  return spellTable(await openTrinoCatalog(session, source(), { kind: 'reference', name: ref }), key);
}

/** A new SQL document, the cursor in its first statement. */
export async function openQuery(content: string): Promise<void> {
  await window.showTextDocument(await workspace.openTextDocument({ language: SQL_LANGUAGE, content }));
}

/** Takes a table off its branch after its name was typed. Its files stay, and a tag keeps the branch as it was. */
async function dropTable(input: TableCommandsInput, target: TableTarget): Promise<void> {
  const name = target.key.at(-1) ?? '';
  const reference = input.browser.reference(target.ref);
  if (reference?.type === 'TAG')
    throw new ActionableError(`${target.ref} is a tag, and a tag never changes.`);
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

function requireTable(node: unknown): TableTarget {
  if (isCatalogNode(node)) {
    const target = targetOf(node);
    if (target !== undefined) return target;
  }
  throw new ActionableError('Choose a table in the view Catalog: this is done from its context menu.');
}

function targetOf(node: CatalogNode): TableTarget | undefined {
  if (node.kind === 'leaf') return { ref: node.ref, key: node.key };
  if (node.kind !== 'line' || node.snapshotId === undefined) return undefined;
  return { ref: node.ref, key: node.key, snapshotId: node.snapshotId };
}
