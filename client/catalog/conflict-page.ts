import { commands } from 'vscode';
import type { PreviewKey } from '../../catalog/merge-preview.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { Page, Pages } from '../page-panel.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import type { CatalogSource } from './catalog-source.ts';
import type { CompareGroup } from './compare-messages.ts';
import type { ConflictChoice, ConflictMessage, ConflictRequest } from './conflict-messages.ts';
import { conflictReason, integrate, type Integration, integrationTitle, rehearse } from './integration.ts';
import { referenceNow } from './pick-reference.ts';

export interface ConflictPageInput {
  readonly browser: CatalogBrowser;
  readonly source: () => CatalogSource;
  readonly pages: Pages;
  readonly onError: (title: string, error: unknown) => void;
}

type ConflictPage = Page<ConflictMessage>;

/** The tables in conflict one by one: which snapshots and which schema each side has, and whose state is to be taken. */
export function openConflicts(input: ConflictPageInput, integration: Integration): void {
  const title = integrationTitle(integration);
  let tables: readonly PreviewKey[] = [];
  const load = async (page: ConflictPage): Promise<void> => {
    page.post({ kind: 'loading' });
    try {
      tables = await showPreview(input, integration, page);
    } catch (error) {
      page.post({ kind: 'failed', reason: errorMessage(error) });
    }
  };
  input.pages.open<ConflictMessage, ConflictRequest>({
    key: `conflicts ${title}`,
    title,
    script: 'webview-conflict',
    onReady: page => void load(page),
    onMessage: (message, page) => {
      const work = async (): Promise<void> => {
        if (message.kind === 'reload') await load(page);
        else if (message.kind === 'compare')
          await commands.executeCommand(COMMAND_IDS.compareReferences, integration.into, integration.from);
        else if (message.kind === 'sides') await sendSides(input, page, { index: message.index, tables });
        else await apply(input, integration, { page, tables, choices: message.choices });
      };
      work().catch((error: unknown) => input.onError(title, error));
    },
  });
}

async function heads({ browser }: ConflictPageInput, { from, into }: Integration) {
  const source = await referenceNow(browser, from);
  return { from: source, into: await referenceNow(browser, into) };
}

async function showPreview(
  input: ConflictPageInput,
  integration: Integration,
  page: ConflictPage,
): Promise<readonly PreviewKey[]> {
  const preview = await rehearse(input.source().nessie, integration, await heads(input, integration));
  const tables = preview.keys.filter(({ conflict }) => conflict !== undefined);
  page.post({
    kind: 'preview',
    title: integrationTitle(integration),
    source: integration.from,
    target: integration.into,
    tables: tables.map(({ key, conflict }) => ({
      name: key.join('.'),
      reason: conflict === undefined ? '' : conflictReason(conflict),
    })),
    others: preview.keys.filter(({ conflict }) => conflict === undefined).map(({ key }) => key.join('.')),
  });
  return tables;
}

async function sendSides(
  { source }: ConflictPageInput,
  page: ConflictPage,
  { index, tables }: { readonly index: number; readonly tables: readonly PreviewKey[] },
): Promise<void> {
  const table = tables[index];
  if (table === undefined) return;
  const say = (text: string): CompareGroup[] => [{ title: 'Not to be told', lines: [text] }];
  try {
    const sides = await source().reader.call('conflict', { table });
    const unknown = say('It is no table on both sides and where they parted.');
    page.post({
      kind: 'sides',
      index,
      source: sides?.source ?? unknown,
      target: sides?.target ?? unknown,
    });
  } catch (error) {
    const reason = say(errorMessage(error));
    page.post({ kind: 'sides', index, source: reason, target: reason });
  }
}

interface Application {
  readonly page: ConflictPage;
  readonly tables: readonly PreviewKey[];
  readonly choices: readonly ConflictChoice[];
}

/** Does it with the chosen sides, after one more rehearsal: both references may have moved since the page was drawn. */
async function apply(
  input: ConflictPageInput,
  integration: Integration,
  { page, tables, choices }: Application,
): Promise<void> {
  const keys = tables.map(({ key }, index) => ({
    key,
    behavior: choices[index] === 'source' ? ('FORCE' as const) : ('DROP' as const),
  }));
  const { nessie } = input.source();
  const request = { ...(await heads(input, integration)), keys };
  const rehearsal = await rehearse(nessie, integration, request);
  if (!rehearsal.isPossible)
    throw new ActionableError('The branches moved and conflict in more tables now: reload the page.');
  const result = await integrate(nessie, integration, request);
  if (!result.isSuccessful)
    throw new ActionableError('The branches moved while they were put together: reload the page.');
  await input.browser.poll();
  page.post({
    kind: 'done',
    text: `Done: ${integration.into} is at ${result.targetHash?.slice(0, 12) ?? 'a new commit'}.`,
  });
}
