import { commands, env, window } from 'vscode';
import type { ContentKey, TableContent } from '../../catalog/nessie.ts';
import { getContents } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { Page, Pages } from '../page-panel.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { isCatalogNode, type TableLine } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';
import { referenceNow } from './pick-reference.ts';
import type { SnapshotAction, TablePageMessage, TablePageRequest } from './table-page-messages.ts';
import { toTableView } from './table-view.ts';

export interface TablePageInput {
  readonly browser: CatalogBrowser;
  readonly source: () => CatalogSource;
  readonly pages: Pages;
  readonly onError: (title: string, error: unknown) => void;
}

interface Place {
  readonly ref: string;
  readonly key: ContentKey;
}

/** "Open Table Page": everything that a table's metadata tells, in a tab of its own. */
export function tablePageCommands(input: TablePageInput): CommandTable {
  return {
    [COMMAND_IDS.openTable]: node => {
      if (!isCatalogNode(node) || node.kind !== 'leaf' || node.leaf !== 'table') {
        throw new ActionableError('Choose a table in the view Catalog: its page opens from there.');
      }
      openTablePage(input, { ref: node.ref, key: node.key });
    },
  };
}

function openTablePage(input: TablePageInput, place: Place): void {
  input.pages.open<TablePageMessage, TablePageRequest>({
    key: JSON.stringify(['table', place.ref, ...place.key]),
    title: `${place.key.at(-1) ?? ''} @ ${place.ref}`,
    script: 'webview-table',
    onReady: page => {
      void load(input, place, page);
      follow(input, place, page);
    },
    onMessage: (message, page) => {
      if (message.kind === 'reload') void load(input, place, page);
      else
        void answer(input, place, message).catch((error: unknown) =>
          input.onError(place.key.join('.'), error),
        );
    },
  });
}

async function load(
  { browser, source }: TablePageInput,
  place: Place,
  page: Page<TablePageMessage>,
): Promise<void> {
  page.post({ kind: 'loading' });
  try {
    const from = source();
    const [{ loadTablePage }, reference] = await Promise.all([
      import('../../catalog/table-page.ts'),
      referenceNow(browser, place.ref),
    ]);
    const content = await tableContent(from, reference, place.key);
    const loaded = await loadTablePage(await from.store(), content);
    const canChange = reference.type === 'BRANCH';
    page.post({
      kind: 'table',
      view: toTableView(loaded, { key: place.key, reference: place.ref, canChange }),
    });
    const { findHolders } = await import('../../catalog/holders.ts');
    const holders = await findHolders(from.nessie, { reference, key: place.key, content });
    page.post({ kind: 'holders', names: holders.map(holder => holder.reference.name) });
  } catch (error) {
    page.post({ kind: 'failed', reason: errorMessage(error) });
  }
}

async function tableContent(
  from: CatalogSource,
  reference: BrowsedReference,
  key: ContentKey,
): Promise<TableContent> {
  const { items } = await getContents(
    from.nessie,
    { name: reference.name, hash: reference.hash },
    { keys: [key] },
  );
  const content = items[0]?.content;
  if (content?.type === 'ICEBERG_TABLE') return content;
  throw new ActionableError(`There is no table ${key.join('.')} on ${reference.name} any more.`);
}

/** Loads the page anew after a commit on its branch. */
function follow(input: TablePageInput, place: Place, page: Page<TablePageMessage>): void {
  let hash = input.browser.reference(place.ref)?.hash;
  const listener = input.browser.onDidChange(() => {
    if (!page.isOpen) {
      listener.dispose();
      return;
    }
    const now = input.browser.reference(place.ref)?.hash;
    if (now === undefined || now === hash) return;
    hash = now;
    void load(input, place, page);
  });
}

async function answer(
  input: TablePageInput,
  place: Place,
  request: Exclude<TablePageRequest, { kind: 'reload' }>,
): Promise<void> {
  if (request.kind === 'preview') {
    await commands.executeCommand(COMMAND_IDS.previewTable, { kind: 'leaf', leaf: 'table', ...place });
  } else
    await answerSnapshot(input, place, { action: request.action, snapshotId: BigInt(request.snapshotId) });
}

interface SnapshotRequest {
  readonly action: SnapshotAction;
  readonly snapshotId: bigint;
}

async function answerSnapshot(
  input: TablePageInput,
  place: Place,
  { action, snapshotId }: SnapshotRequest,
): Promise<void> {
  switch (action) {
    case 'copy':
      await env.clipboard.writeText(`${snapshotId}`);
      return;
    case 'query': {
      const text = { label: '', description: '', icon: '', tooltip: '' };
      const node: TableLine = {
        kind: 'line',
        group: 'snapshots',
        ...place,
        id: `${snapshotId}`,
        ...text,
        snapshotId,
      };
      await commands.executeCommand(COMMAND_IDS.previewTable, node);
      return;
    }
    case 'rollback':
      await rollBack(input, place, snapshotId);
  }
}

/** Makes an older snapshot the current one. The branch as it was before is kept by a tag. */
async function rollBack(
  { browser, source }: TablePageInput,
  { ref, key }: Place,
  snapshotId: bigint,
): Promise<void> {
  const answer = await confirm({
    title: `Roll ${key.join('.')} on ${ref} back to snapshot ${snapshotId}`,
    question: 'A tag keeps the branch as it is now.',
    actions: [{ label: 'Roll Back', description: 'later snapshots leave the current state of the table' }],
    about: { title: 'Later snapshots stay in the metadata', lines: [] },
  });
  if (answer === undefined || 'line' in answer) return;
  const { rollBackTable } = await import('../../catalog/table-actions.ts');
  const from = source();
  const access = { nessie: from.nessie, store: await from.store() };
  const { backup } = await rollBackTable(access, { branch: ref, key }, { snapshotId, now: new Date() });
  await browser.poll();
  void window.showInformationMessage(`Rolled back. The tag ${backup.name} keeps the branch as it was.`);
}
