import { commands, env } from 'vscode';
import { listHistory, type LogEntry } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { Page, Pages } from '../page-panel.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import type { CatalogSource } from './catalog-source.ts';
import type { HistoryAction, HistoryCommit, HistoryMessage, HistoryRequest } from './history-messages.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { pickReferenceFrom } from './pick-reference.ts';
import { openQuery } from './table-commands.ts';

export interface HistoryPageInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  readonly source: () => CatalogSource;
  readonly pages: Pages;
  readonly onError: (title: string, error: unknown) => void;
}

/** So many commits are read at a time; the page asks for more when it is scrolled near their end. */
const PAGE_SIZE = 200;

/** "Show Commits": the log of a branch or tag in a tab of its own. */
export function historyCommands(input: HistoryPageInput): CommandTable {
  return {
    [COMMAND_IDS.showHistory]: async node => {
      input.source();
      const reference = await pickReferenceFrom(input.browser, node, 'Whose commits?', () => true);
      if (reference !== undefined) openHistory(input, reference);
    },
  };
}

function openHistory(input: HistoryPageInput, reference: BrowsedReference): void {
  const { name } = reference;
  let reader: HistoryReader | undefined;
  const restart = (page: Page<HistoryMessage>): void => {
    reader = createReader(input, name, page);
    page.post({ kind: 'restart' });
    const isBranch = reference.type === 'BRANCH';
    page.post({ kind: 'reference', name, type: isBranch ? 'branch' : 'tag', canReset: isBranch });
    void reader.more();
  };
  input.pages.open<HistoryMessage, HistoryRequest>({
    key: `history ${name}`,
    title: `Commits of ${name}`,
    script: 'webview-history',
    onReady: page => {
      restart(page);
      followMoves(input.browser, reference, page, () => restart(page));
    },
    onMessage: message => {
      if (message.kind === 'more') void reader?.more();
      else void runAction(input, message.action, { ref: name, hash: message.hash });
    },
  });
}

interface HistoryReader {
  more(): Promise<void>;
}

/** Reads a log piece by piece. Nessie is asked only as far as somebody looks. */
function createReader(input: HistoryPageInput, name: string, page: Page<HistoryMessage>): HistoryReader {
  const log = listHistory(input.source().nessie, { name }, { pageSize: PAGE_SIZE, withOperations: true });
  let isReading = false;
  return {
    more: async () => {
      if (isReading) return;
      isReading = true;
      try {
        const commits: HistoryCommit[] = [];
        let isComplete = false;
        while (commits.length < PAGE_SIZE && !isComplete) {
          const next = await log.next();
          if (next.done === true) isComplete = true;
          else commits.push(toCommit(next.value));
        }
        page.post({ kind: 'commits', commits, isComplete });
      } catch (error) {
        page.post({ kind: 'failed', reason: errorMessage(error) });
      } finally {
        isReading = false;
      }
    },
  };
}

function toCommit({ commit, operations }: LogEntry): HistoryCommit {
  const changes = (operations ?? []).flatMap(operation =>
    operation.type === 'UNCHANGED'
      ? []
      : [
          {
            kind: operation.type === 'PUT' ? ('put' as const) : ('delete' as const),
            key: operation.key.join('.'),
          },
        ],
  );
  const author = commit.authors.filter(name => name !== '').join(', ') || commit.committer;
  return { hash: commit.hash, message: commit.message, author, time: commit.commitTime, changes };
}

/** Starts the page anew when the reference stands elsewhere than the page shows. */
function followMoves(
  browser: CatalogBrowser,
  reference: BrowsedReference,
  page: Page<HistoryMessage>,
  restart: () => void,
): void {
  let { hash } = reference;
  const listener = browser.onDidChange(() => {
    if (!page.isOpen) {
      listener.dispose();
      return;
    }
    const now = browser.reference(reference.name)?.hash;
    if (now === undefined || now === hash) return;
    hash = now;
    restart();
  });
}

async function runAction(
  input: HistoryPageInput,
  action: HistoryAction,
  at: { readonly ref: string; readonly hash: string },
): Promise<void> {
  switch (action) {
    case 'branch':
      await commands.executeCommand(COMMAND_IDS.createBranch, at);
      return;
    case 'tag':
      await commands.executeCommand(COMMAND_IDS.createTag, at);
      return;
    case 'reset':
      await commands.executeCommand(COMMAND_IDS.resetBranch, at);
      return;
    case 'transplant':
      await commands.executeCommand(COMMAND_IDS.transplantCommit, at);
      return;
    case 'copy':
      await env.clipboard.writeText(at.hash);
      return;
    case 'open':
      try {
        const target = { kind: 'commit', hash: at.hash } as const;
        const catalog = await openTrinoCatalog(input.session, input.source(), target);
        await openQuery(
          `-- The whole catalog as it was at commit ${at.hash} of ${at.ref}: read only.\nSHOW SCHEMAS FROM ${catalog};\n`,
        );
      } catch (error) {
        input.onError('Open Catalog at Commit', error);
      }
  }
}
