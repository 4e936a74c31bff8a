import { window } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { COMMAND_IDS } from '../ids.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { RemovalText } from './reading/operations.ts';
import { RETENTIONS, type Retention } from './maintenance-text.ts';
import { runInTrino, withAbort } from './run-in-trino.ts';
import {
  readTableContent,
  requireBranch,
  requireTable,
  type TableCommandsInput,
  type TableTarget,
  trinoNameOf,
} from './table-target.ts';

/** Puts small files together, lets old snapshots go, removes files that nobody names. Each says first what it would do. */
export function maintenanceCommands(input: TableCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.optimizeTable]: node => optimize(input, requireTable(node)),
    [COMMAND_IDS.expireSnapshots]: node => remove(input, requireTable(node), 'expire'),
    [COMMAND_IDS.removeOrphans]: node => remove(input, requireTable(node), 'orphans'),
  };
}

async function optimize(input: TableCommandsInput, target: TableTarget): Promise<void> {
  const { browser, source } = input;
  const reference = await requireBranch(browser, target.ref);
  const name = target.key.join('.');
  const summary = await withAbort(`Looking at the files of ${name}`, async signal => {
    const { metadataLocation: location } = await readTableContent(source(), reference, target.key);
    return source().reader.call('fileSummary', { location }, { signal });
  });
  const { smallFiles, deleteFiles, dataFiles } = summary;
  if (smallFiles.files < 2 && deleteFiles === 0) {
    void window.showInformationMessage(`${name} has ${dataFiles} data files, and none to put together.`);
    return;
  }
  const answer = await confirm({
    title: `Optimize ${name} on ${target.ref}`,
    question:
      'Trino rewrites small files as larger ones, in one commit. The old files stay for older snapshots.',
    actions: [
      {
        label: 'Optimize',
        description: `${smallFiles.files} files, ${formatBytes(Number(smallFiles.bytes))}`,
      },
    ],
    about: {
      title: 'What would be rewritten',
      lines: [
        `${smallFiles.files} of ${dataFiles} data files are smaller than 100 MB`,
        `${deleteFiles} delete files would be applied`,
      ],
    },
  });
  if (answer === undefined || 'line' in answer) return;
  const { optimizeSql } = await import('../../catalog/trino/table-sql.ts');
  const sql = optimizeSql(await trinoNameOf(input, target));
  await runInTrino(input, { title: `Optimizing ${name}`, sql });
  await browser.poll();
}

type Removal = 'expire' | 'orphans';
const TITLES: Readonly<Record<Removal, { readonly action: string; readonly running: string }>> = {
  expire: { action: 'Expire Snapshots', running: 'Expiring snapshots' },
  orphans: { action: 'Remove Orphan Files', running: 'Removing orphan files' },
};

/** Both procedures delete files for good, and know one branch only: what another reference needs stops them. */
async function remove(input: TableCommandsInput, target: TableTarget, removal: Removal): Promise<void> {
  await requireBranch(input.browser, target.ref);
  const name = target.key.join('.');
  const { action, running } = TITLES[removal];
  const retention = await pickRetention(`${action} of ${name} on ${target.ref}`);
  if (retention === undefined) return;
  const plan = await planRemoval(input, target, { removal, retention });
  if (plan.isEmpty) {
    void window.showInformationMessage(`${name} has nothing to remove that is ${retention.label}.`);
    return;
  }
  if (await isRefused(name, plan)) return;
  const { lines } = plan;
  const answer = await confirm({
    title: `${action} of ${name} on ${target.ref}`,
    question: 'The files are deleted for good. No other branch or tag needs them.',
    actions: [{ label: action, description: lines[0] ?? '' }],
    about: { title: 'What would go', lines },
  });
  if (answer === undefined || 'line' in answer) return;
  // The question may have stood there for long: a branch made meanwhile counts too.
  if (await isRefused(name, await planRemoval(input, target, { removal, retention }))) return;
  const sqls = await import('../../catalog/trino/table-sql.ts');
  const table = await trinoNameOf(input, target);
  const toSql = removal === 'expire' ? sqls.expireSnapshotsSql : sqls.removeOrphansSql;
  await runInTrino(input, {
    title: `${running} of ${name}`,
    sql: toSql(table, retention.trino),
    properties: sqls.shortRetentionProperties(table[0]),
  });
  await input.browser.poll();
}

async function planRemoval(
  { browser, source }: TableCommandsInput,
  { ref, key }: TableTarget,
  how: { readonly removal: Removal; readonly retention: Retention },
): Promise<RemovalText> {
  return withAbort(`Working out what ${key.join('.')} no longer needs`, async signal => {
    const { findHolders } = await import('../../catalog/holders.ts');
    const from = source();
    const reference = await requireBranch(browser, ref);
    const content = await readTableContent(from, reference, key);
    const params = {
      removal: how.removal,
      location: content.metadataLocation,
      holders: await findHolders(from.nessie, { reference, key, content }, signal),
      olderThanMs: Date.now() - how.retention.milliseconds,
    };
    return from.reader.call('removal', params, { signal });
  });
}

/** Says who needs the files, where somebody does: then nothing is done. */
async function isRefused(name: string, plan: RemovalText): Promise<boolean> {
  if (plan.blocks.length === 0) return false;
  await confirm({
    title: `Refused for ${name}: other branches or tags need these files`,
    question: 'Nothing was changed. Choose a longer time, or delete those branches and tags first.',
    actions: [],
    about: { title: 'Who needs what', lines: plan.blocks },
  });
  return true;
}

async function pickRetention(title: string): Promise<Retention | undefined> {
  return window.showQuickPick(RETENTIONS, { title, placeHolder: 'What is to go?' });
}
