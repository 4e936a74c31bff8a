import { commands, env } from 'vscode';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS, type CommandId } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { Page, Pages } from '../page-panel.ts';
import type { KafkaSecurity } from '../../pipeline/kafka/security.ts';
import type { PipelineRuns } from '../pipelines/pipeline-runs.ts';
import { liveLines } from './live-lines.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { isCatalogNode, type TableLine } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';
import { referenceNow } from './pick-reference.ts';
import type {
  SnapshotAction,
  TableAction,
  TablePageMessage,
  TablePageRequest,
} from './table-page-messages.ts';
import { readTableContent, trinoNameOf } from './table-target.ts';

export interface TablePageInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  readonly source: () => CatalogSource;
  readonly pages: Pages;
  readonly onError: (title: string, error: unknown) => void;
  readonly runs: PipelineRuns;
  /** TLS and login of the brokers, for the ends of the topics. */
  readonly kafkaSecurity: () => Promise<KafkaSecurity>;
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
  const state: Shown = { place, location: undefined, isFollowed: false };
  input.pages.open<TablePageMessage, TablePageRequest>({
    key: JSON.stringify(['table', place.ref, ...place.key]),
    title: `${place.key.at(-1) ?? ''} @ ${place.ref}`,
    script: 'webview-table',
    onReady: page => {
      void load(input, state, page);
      tellRuns(input.runs, place, page);
      // A page that was hidden loads again, and is followed already.
      if (state.isFollowed) return;
      state.isFollowed = true;
      follow(input, state, page);
      followWriters(input, state, page);
      followRuns(input.runs, place, page);
    },
    onMessage: (message, page) => {
      if (message.kind === 'reload') void load(input, state, page);
      else if (message.kind === 'rows') void sendRows(input, place, page);
      else void answer(place, message).catch((error: unknown) => input.onError(place.key.join('.'), error));
    },
  });
}

/** What an open page shows. */
interface Shown {
  readonly place: Place;
  /** The metadata whose pipelines are followed; undefined while there are none. */
  location: string | undefined;
  isFollowed: boolean;
}

async function load(input: TablePageInput, state: Shown, page: Page<TablePageMessage>): Promise<void> {
  const { browser, source } = input;
  const { place } = state;
  page.post({ kind: 'loading' });
  try {
    const from = source();
    const reference = await referenceNow(browser, place.ref);
    const content = await readTableContent(from, reference, place.key);
    const view = await from.reader.call('page', {
      location: content.metadataLocation,
      place: { key: place.key, reference: place.ref, canChange: reference.type === 'BRANCH' },
    });
    page.post({ kind: 'table', view });
    state.location = view.pipelines.length === 0 ? undefined : content.metadataLocation;
    void tellWriters(input, state, page);
    const { findHolders } = await import('../../catalog/holders.ts');
    const holders = await findHolders(from.nessie, { reference, key: place.key, content });
    page.post({ kind: 'holders', names: holders.map(holder => holder.reference.name) });
  } catch (error) {
    page.post({ kind: 'failed', reason: errorMessage(error) });
  }
}

/** Asks Trino for the first rows, in the catalog of the page's branch or tag. */
async function sendRows(input: TablePageInput, place: Place, page: Page<TablePageMessage>): Promise<void> {
  try {
    const table = await trinoNameOf(input, place);
    const rows = await input.source().reader.call('firstRows', { table, limit: FIRST_ROWS });
    page.post({ kind: 'rows', rows });
  } catch (error) {
    page.post({ kind: 'rows-failed', reason: errorMessage(error) });
  }
}

const FIRST_ROWS = 20;

/** Says again and again how far the table's pipelines are behind, wherever they run: their topics grow. */
function followWriters(input: TablePageInput, state: Shown, page: Page<TablePageMessage>): void {
  const timer = setInterval(() => {
    if (page.isOpen) void tellWriters(input, state, page);
    else clearInterval(timer);
  }, WRITERS_MS);
}

const WRITERS_MS = 5_000;

async function tellWriters(
  { source, kafkaSecurity }: TablePageInput,
  { location }: Shown,
  page: Page<TablePageMessage>,
): Promise<void> {
  if (location === undefined) return;
  try {
    const security = await kafkaSecurity();
    page.post({ kind: 'writers', writers: await source().reader.call('writers', { location, security }) });
  } catch {
    // What the page says of them stays; the next look tells.
  }
}

/** Tells the page what a running pipeline does to the table: rows per second, lag of every partition. */
function followRuns(runs: PipelineRuns, place: Place, page: Page<TablePageMessage>): void {
  const listener = runs.onDidChange(() => {
    if (page.isOpen) tellRuns(runs, place, page);
    else listener.dispose();
  });
}

function tellRuns(runs: PipelineRuns, { ref, key }: Place, page: Page<TablePageMessage>): void {
  page.post({ kind: 'live', lines: liveLines(runs, ref, key) });
}

/** Loads the page anew after a commit on its branch. */
function follow(input: TablePageInput, state: Shown, page: Page<TablePageMessage>): void {
  const { place } = state;
  let hash = input.browser.reference(place.ref)?.hash;
  const listener = input.browser.onDidChange(() => {
    if (!page.isOpen) {
      listener.dispose();
      return;
    }
    const now = input.browser.reference(place.ref)?.hash;
    if (now === undefined || now === hash) return;
    hash = now;
    void load(input, state, page);
  });
}

async function answer(
  place: Place,
  request: Exclude<TablePageRequest, { kind: 'reload' | 'rows' }>,
): Promise<void> {
  if (request.kind === 'action') {
    await commands.executeCommand(ACTIONS[request.action], { kind: 'leaf', leaf: 'table', ...place });
  } else await answerSnapshot(place, { action: request.action, snapshotId: BigInt(request.snapshotId) });
}

const ACTIONS: Readonly<Record<TableAction, CommandId>> = {
  preview: COMMAND_IDS.previewTable,
  notebook: COMMAND_IDS.newTableNotebook,
  ddl: COMMAND_IDS.copyTableDdl,
  optimize: COMMAND_IDS.optimizeTable,
  expire: COMMAND_IDS.expireSnapshots,
  orphans: COMMAND_IDS.removeOrphans,
};

interface SnapshotRequest {
  readonly action: SnapshotAction;
  readonly snapshotId: bigint;
}

async function answerSnapshot(place: Place, { action, snapshotId }: SnapshotRequest): Promise<void> {
  if (action === 'copy') {
    await env.clipboard.writeText(`${snapshotId}`);
    return;
  }
  const text = { label: '', description: '', icon: '', tooltip: '' };
  const node: TableLine = {
    kind: 'line',
    group: 'snapshots',
    ...place,
    id: `${snapshotId}`,
    ...text,
    snapshotId,
  };
  const command = action === 'query' ? COMMAND_IDS.previewTable : COMMAND_IDS.rollBackTable;
  await commands.executeCommand(command, node);
}
