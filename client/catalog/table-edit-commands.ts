import { window } from 'vscode';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { keyToText, parseKeyText } from '../../catalog/key-text.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { runInTrino } from './run-in-trino.ts';
import {
  readTableContent,
  requireBranch,
  requireTable,
  type TableCommandsInput,
  type TableTarget,
  trinoNameOf,
} from './table-target.ts';

/** What changes a table's name, words or present snapshot. */
export function tableEditCommands(input: TableCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.renameTable]: node => rename(input, requireTable(node)),
    [COMMAND_IDS.commentTable]: node => comment(input, requireTable(node)),
    [COMMAND_IDS.rollBackTable]: node => rollBack(input, requireTable(node)),
  };
}

async function rename({ browser, source }: TableCommandsInput, { ref, key }: TableTarget): Promise<void> {
  await requireBranch(browser, ref);
  const old = keyToText(key);
  const text = await window.showInputBox({
    title: `Rename ${old} on ${ref}`,
    prompt: 'The table keeps its history and its files; another namespace must exist already.',
    value: old,
    valueSelection: [old.length - keyToText(key.slice(-1)).length, old.length],
    validateInput: value => (value === '' ? undefined : checkKey(value)),
  });
  if (text === undefined || text === '' || text === old) return;
  const { renameEntry } = await import('../../catalog/table-actions.ts');
  await renameEntry(source().nessie, { branch: ref, key }, parseKeyText(text));
  await browser.poll();
}

function checkKey(text: string): string | undefined {
  try {
    const key = parseKeyText(text);
    return key.length > 1 ? undefined : 'A table stands in a namespace: write namespace.table.';
  } catch (error) {
    return errorMessage(error);
  }
}

async function comment(input: TableCommandsInput, target: TableTarget): Promise<void> {
  const { ref, key, column } = target;
  await requireBranch(input.browser, ref);
  const metadata = await input.source().table(ref, key);
  const name = key.join('.');
  const text = await window.showInputBox({
    title:
      column === undefined ? `Comment of ${name} on ${ref}` : `Comment of ${column} in ${name} on ${ref}`,
    prompt: 'Nothing takes the comment away.',
    value: commentOf(metadata, column) ?? '',
  });
  if (text === undefined) return;
  const { commentColumnSql, commentSql } = await import('../../catalog/trino/table-sql.ts');
  const table = await trinoNameOf(input, target);
  const words = text === '' ? null : text;
  const sql = column === undefined ? commentSql(table, words) : commentColumnSql(table, column, words);
  await runInTrino(input, { title: `Commenting ${name}`, sql });
  await input.browser.poll();
}

function commentOf(metadata: TableMetadata, column: string | undefined): string | undefined {
  if (column === undefined) return metadata.properties['comment'];
  return currentSchema(metadata).fields.find(field => field.name === column)?.doc;
}

/** Makes an older snapshot the current one. The branch as it was before is kept by a tag. */
async function rollBack(
  { browser, source }: TableCommandsInput,
  { ref, key, snapshotId }: TableTarget,
): Promise<void> {
  if (snapshotId === undefined)
    throw new ActionableError('Choose a snapshot in the view Catalog or on the page of the table.');
  const branch = await requireBranch(browser, ref);
  const { metadataLocation: location } = await readTableContent(source(), branch, key);
  const later = await source().reader.call('laterSnapshots', { location, snapshotId });
  const answer = await confirm({
    title: `Roll ${key.join('.')} on ${ref} back to snapshot ${snapshotId}`,
    question: 'A tag keeps the branch as it is now.',
    actions: [{ label: 'Roll Back', description: 'later snapshots leave the current state of the table' }],
    about: {
      title: 'Later snapshots, which stay in the metadata',
      lines: later,
    },
  });
  if (answer === undefined || 'line' in answer) return;
  const { backup } = await source().reader.call('rollBack', { target: { branch: ref, key }, snapshotId });
  await browser.poll();
  void window.showInformationMessage(`Rolled back. The tag ${backup.name} keeps the branch as it was.`);
}
