import { commands, env } from 'vscode';
import { listHistory, type LogEntry } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { CatalogPageInput } from './page-input.ts';
import type { Page } from '../page-panel.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { HistoryAction, HistoryCommit, HistoryMessage, HistoryRequest } from './history-messages.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { pickReferenceFrom } from './pick-reference.ts';
import { openQuery } from './table-commands.ts';

/** So many commits are read at a time; the page asks for more when it is scrolled near their end. */
const PAGE_SIZE = 200;

/** "Show Commits": the log of a branch or tag in a tab of its own. */
export function historyCommands(input: CatalogPageInput): CommandTable {
  return {
    [COMMAND_IDS.showHistory]: async node => {
      input.source();
      const reference = await pickReferenceFrom(input.browser, node, 'Whose commits?', () => true);
      if (reference !== undefined) openHistory(input, reference);
    },
  };
}

function openHistory(input: CatalogPageInput, reference: BrowsedReference): void {
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
      followMoves(input, { reference, page, restart: () => restart(page) });
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
function createReader(input: CatalogPageInput, name: string, page: Page<HistoryMessage>): HistoryReader {
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

interface FollowedLog {
  readonly reference: BrowsedReference;
  readonly page: Page<HistoryMessage>;
  readonly restart: () => void;
}

/** Adds the commits that come, and starts the page anew when the reference was moved to where the old ones are not. */
function followMoves(input: CatalogPageInput, { reference, page, restart }: FollowedLog): void {
  const { name } = reference;
  let { hash } = reference;
  const listener = input.browser.onDidChange(() => {
    if (!page.isOpen) {
      listener.dispose();
      return;
    }
    const now = input.browser.reference(name)?.hash;
    if (now === undefined || now === hash) return;
    const before = hash;
    hash = now;
    readNewer(input, { name, hash: now }, before).then(
      commits => {
        if (commits === undefined) restart();
        else page.post({ kind: 'newer', commits });
      },
      (error: unknown) => page.post({ kind: 'failed', reason: errorMessage(error) }),
    );
  });
}

/** The commits after `before`; undefined when it is not among the newest of the reference. */
async function readNewer(
  input: CatalogPageInput,
  at: { readonly name: string; readonly hash: string },
  before: string,
): Promise<HistoryCommit[] | undefined> {
  const commits: HistoryCommit[] = [];
  const options = { pageSize: PAGE_SIZE, withOperations: true };
  for await (const entry of listHistory(input.source().nessie, at, options)) {
    if (entry.commit.hash === before) return commits;
    if (commits.length === PAGE_SIZE) break;
    commits.push(toCommit(entry));
  }
  return undefined;
}

async function runAction(
  input: CatalogPageInput,
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
