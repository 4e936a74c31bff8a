import { window } from 'vscode';
import { listHistory } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import { isCommitPlace, type CommitPlace } from './commit-place.ts';
import { type ConflictPageInput, openConflicts } from './conflict-page.ts';
import { integrate, type Integration, integrationTitle, rehearse } from './integration.ts';
import { pickReference, referenceNow } from './pick-reference.ts';

/** Commits of one branch copied onto another one, each as a commit of its own, after a rehearsal. */
export function transplantCommands(input: ConflictPageInput): CommandTable {
  return {
    [COMMAND_IDS.transplantCommit]: async (at, target) => {
      if (!isCommitPlace(at))
        throw new ActionableError('Choose a commit in the log of a branch: it is copied from there.');
      const fits = (item: BrowsedReference): boolean => item.type === 'BRANCH' && item.name !== at.ref;
      const into =
        typeof target === 'string'
          ? await referenceNow(input.browser, target)
          : await pickReference(input.browser, `Copy commit ${at.hash.slice(0, 12)} onto …`, fits);
      if (into === undefined) return;
      const hashes = await pickCommits(input, at);
      if (hashes !== undefined) await transplant(input, { from: at.ref, into: into.name, hashes });
    },
  };
}

/** Enough for a person to mean it. */
const MAX_NEWER = 100;

/** The commit alone, or with all newer ones of its branch; oldest first. */
async function pickCommits({ source }: ConflictPageInput, at: CommitPlace): Promise<string[] | undefined> {
  const newer: string[] = [];
  for await (const { commit } of listHistory(source().nessie, { name: at.ref }, { pageSize: MAX_NEWER })) {
    if (commit.hash === at.hash || newer.length === MAX_NEWER) break;
    newer.push(commit.hash);
  }
  if (newer.length === 0 || newer.length === MAX_NEWER) return [at.hash];
  const alone = { label: 'Only This Commit', description: at.hash.slice(0, 12), hashes: [at.hash] };
  const all = {
    label: 'This Commit and All Newer Ones',
    description: `${newer.length + 1} commits of ${at.ref}`,
    hashes: [at.hash, ...newer.reverse()],
  };
  return (await window.showQuickPick([alone, all], { title: 'What is to be copied?' }))?.hashes;
}

async function transplant(input: ConflictPageInput, integration: Integration): Promise<void> {
  const { nessie } = input.source();
  const from = await referenceNow(input.browser, integration.from);
  const into = await referenceNow(input.browser, integration.into);
  const rehearsal = await rehearse(nessie, integration, { from, into });
  if (!rehearsal.isPossible) {
    openConflicts(input, integration);
    return;
  }
  const answer = await confirm({
    title: integrationTitle(integration),
    question: 'Nessie has rehearsed it: there is no conflict.',
    actions: [{ label: 'Transplant', description: `onto ${into.name}` }],
    about: {
      title: `What changes on ${into.name}`,
      lines: rehearsal.keys.map(({ key }) => key.join('.')),
    },
  });
  if (answer === undefined || 'line' in answer) return;
  const result = await integrate(nessie, integration, { from, into });
  await input.browser.poll();
  if (!result.isSuccessful) openConflicts(input, integration);
}
