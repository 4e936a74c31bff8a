import { commands } from 'vscode';
import type { ReferenceChange } from '../../catalog/compare.ts';
import { currentSchema } from '../../catalog/iceberg/metadata.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { CatalogPageInput } from './page-input.ts';
import type { Page } from '../page-panel.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { CompareMessage, CompareRequest } from './compare-messages.ts';
import { toCompareChange } from './diff-text.ts';
import { openTrinoCatalog } from './open-trino-catalog.ts';
import { pickReference, pickReferenceFrom, referenceNow } from './pick-reference.ts';
import { onlyInSql, type TrinoTable } from './only-in-sql.ts';
import { openQuery } from './table-commands.ts';

/** Names of the two sides: what the second one has more or less than the first. */
interface Sides {
  readonly from: string;
  readonly to: string;
}

/** "Compare Branches or Tags": from a node, from two names, or from the palette. */
export function compareCommands(input: CatalogPageInput): CommandTable {
  return {
    [COMMAND_IDS.compareReferences]: async (first, second) => {
      input.source();
      if (typeof first === 'string' && typeof second === 'string') {
        openCompare(input, { from: first, to: second });
        return;
      }
      const to = await pickReferenceFrom(input.browser, first, 'Compare which branch or tag?', () => true);
      if (to === undefined) return;
      const others = (other: BrowsedReference): boolean => other.name !== to.name;
      const from = to.isDefault
        ? await pickReference(input.browser, `Compare ${to.name} with …`, others)
        : await pickReference(input.browser, `What does ${to.name} have more or less than …`, others);
      if (from !== undefined) openCompare(input, { from: from.name, to: to.name });
    },
  };
}

function openCompare(input: CatalogPageInput, sides: Sides): void {
  let changes: readonly ReferenceChange[] = [];
  const load = async (page: Page<CompareMessage>): Promise<void> => {
    page.post({ kind: 'loading' });
    try {
      changes = await readChanges(input, sides, page);
    } catch (error) {
      page.post({ kind: 'failed', reason: errorMessage(error) });
    }
  };
  input.pages.open<CompareMessage, CompareRequest>({
    key: JSON.stringify(['compare', sides.from, sides.to]),
    title: `${sides.from} ↔ ${sides.to}`,
    script: 'webview-compare',
    onReady: page => void load(page),
    onMessage: (message, page) => {
      const change = 'index' in message ? changes[message.index] : undefined;
      const work = async (): Promise<void> => {
        if (message.kind === 'reload') await load(page);
        else if (message.kind === 'swap') openCompare(input, { from: sides.to, to: sides.from });
        else if (message.kind === 'merge') await merge(input, sides);
        else if (change === undefined) return;
        else if (message.kind === 'rows') await queryRows(input, sides, change);
        else await sendDetails(input, page, { change, index: message.index });
      };
      work().catch((error: unknown) => input.onError('Compare', error));
    },
  });
}

async function readChanges(
  { browser, source }: CatalogPageInput,
  sides: Sides,
  page: Page<CompareMessage>,
): Promise<readonly ReferenceChange[]> {
  const { compareReferences } = await import('../../catalog/compare.ts');
  const from = await referenceNow(browser, sides.from);
  const to = await referenceNow(browser, sides.to);
  const changes = await compareReferences(source().nessie, { from, to });
  page.post({
    kind: 'changes',
    ...sides,
    canMerge: from.type === 'BRANCH' && changes.length > 0,
    changes: changes.map(toCompareChange),
  });
  return changes;
}

interface Details {
  readonly change: ReferenceChange;
  readonly index: number;
}

async function sendDetails(
  { source }: CatalogPageInput,
  page: Page<CompareMessage>,
  { change, index }: Details,
): Promise<void> {
  try {
    const groups = await source().reader.call('diff', { change });
    const nothing = [{ title: 'Metadata', lines: ['Only the metadata file differs.'] }];
    page.post({ kind: 'details', index, groups: groups.length === 0 ? nothing : groups });
  } catch (error) {
    page.post({
      kind: 'details',
      index,
      groups: [{ title: 'Cannot be compared', lines: [errorMessage(error)] }],
    });
  }
}

/** Merges the second side into the first, by the same way as from the tree. */
async function merge({ browser }: CatalogPageInput, { from, to }: Sides): Promise<void> {
  const into = await referenceNow(browser, from);
  if (into.type !== 'BRANCH') throw new ActionableError(`${from} is a tag, and a tag never changes.`);
  await commands.executeCommand(COMMAND_IDS.mergeBranch, { kind: 'reference', ref: to }, from);
}

/** Opens the two queries that show sample rows which only one side has, in the columns that both have. */
async function queryRows(
  { session, source }: CatalogPageInput,
  sides: Sides,
  change: ReferenceChange,
): Promise<void> {
  const { from, to, key } = change;
  if (from?.type !== 'ICEBERG_TABLE' || to?.type !== 'ICEBERG_TABLE') return;
  const catalogSource = source();
  const [before, after] = await Promise.all([sides.from, sides.to].map(ref => catalogSource.table(ref, key)));
  if (before === undefined || after === undefined) return;
  const known = new Set(currentSchema(before).fields.map(field => field.name));
  const columns = currentSchema(after)
    .fields.map(field => field.name)
    .filter(name => known.has(name));
  const open = async (name: string): Promise<TrinoTable> => ({
    catalog: await openTrinoCatalog(session, catalogSource, { kind: 'reference', name }),
    key,
  });
  const [left, right] = await Promise.all([open(sides.from), open(sides.to)]);
  await openQuery(
    `-- Rows only on ${sides.to}.\n${onlyInSql(right, left, columns)};\n\n` +
      `-- Rows only on ${sides.from}.\n${onlyInSql(left, right, columns)};\n`,
  );
}
