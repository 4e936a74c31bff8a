import { window } from 'vscode';
import {
  createReference,
  listHistory,
  type LogEntry,
  merge,
  type MergedKey,
  type ReferenceType,
} from '../../catalog/nessie.ts';
import type { DeletionLoss } from '../../catalog/branch-actions.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import { type CommitPlace, isCommitPlace } from './commit-place.ts';
import { type ConflictPageInput, openConflicts } from './conflict-page.ts';
import { pickReference, pickReferenceFrom, referenceNow } from './pick-reference.ts';
import { checkReferenceName } from './reference-name.ts';

export type BranchCommandsInput = ConflictPageInput;

/** Create, delete, move and merge branches and tags. */
export function branchCommands(input: BranchCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.createBranch]: at => createAt(input, 'BRANCH', at),
    [COMMAND_IDS.createTag]: at => createAt(input, 'TAG', at),
    [COMMAND_IDS.deleteReference]: node => deleteOne(input, node),
    [COMMAND_IDS.resetBranch]: at => resetTo(input, at),
    [COMMAND_IDS.mergeBranch]: (node, into) => mergeOne(input, node, into),
  };
}

/** Makes a branch or tag at a reference's head or at a commit of the log. */
async function createAt(input: BranchCommandsInput, type: ReferenceType, at: unknown): Promise<void> {
  const from = await placeOf(input, at, `Where should the ${type.toLowerCase()} start?`);
  if (from === undefined) return;
  const taken = new Set((await input.browser.references()).map(({ name }) => name));
  const what = type === 'BRANCH' ? 'branch' : 'tag';
  const name = await window.showInputBox({
    title: `New ${what} at ${from.ref} (${from.hash.slice(0, 12)})`,
    prompt: `Name of the ${what}`,
    validateInput: value => (value === '' ? undefined : checkReferenceName(value, taken)),
  });
  if (name === undefined || name === '') return;
  await createReference(input.source().nessie, { type, name, from: { name: from.ref, hash: from.hash } });
  await input.browser.poll();
}

/** Deletes a branch or tag after saying what only it holds; by default a tag keeps where it stood. */
async function deleteOne(input: BranchCommandsInput, node: unknown): Promise<void> {
  const question = 'Which branch or tag should be deleted?';
  const reference = await pickReferenceFrom(input.browser, node, question, item => !item.isDefault);
  if (reference === undefined) return;
  if (reference.isDefault)
    throw new ActionableError(`${reference.name} is the default branch: Nessie needs it.`);
  const { findDeletionLoss, removeReference } = await import('../../catalog/branch-actions.ts');
  const { nessie } = input.source();
  const loss = await findDeletionLoss(nessie, reference.name);
  const what = reference.type === 'BRANCH' ? 'branch' : 'tag';
  const keep = 'Delete and Keep a Back-up Tag';
  const actions = [
    ...(loss.commits === 0 ? [] : [{ label: keep, description: 'the tag stands where it stood' }]),
    {
      label: 'Delete',
      description: loss.commits === 0 ? 'nothing is lost' : 'its own commits are out of reach',
    },
  ];
  const answer = await confirm({
    title: `Delete the ${what} ${reference.name}`,
    question: lossTitle(loss),
    actions,
    about: { title: lossTitle(loss), lines: loss.newest.map(describeCommit) },
  });
  if (answer === undefined || 'line' in answer) return;
  await removeReference(nessie, reference, { now: new Date(), withBackup: answer.action === keep });
  await input.browser.poll();
}

function lossTitle({ commits, alsoAt }: DeletionLoss): string {
  if (alsoAt !== undefined) return `Nothing is lost: ${alsoAt} stands at the same commit`;
  if (commits === 0) return 'Nothing is lost: every commit on it is on the default branch too';
  return commits === 1 ? 'One commit is on no other branch' : `${commits} commits are on no other branch`;
}

function describeCommit({ commit }: LogEntry): string {
  return `${commit.hash.slice(0, 12)}  ${commit.message.split('\n', 1)[0] ?? ''}`;
}

/** Moves a branch to a commit of its log; a tag keeps where it stood. */
async function resetTo(input: BranchCommandsInput, at: unknown): Promise<void> {
  if (!isCommitPlace(at))
    throw new ActionableError('Choose a commit in the log of a branch to reset the branch to.');
  const reference = await referenceNow(input.browser, at.ref);
  if (reference.type !== 'BRANCH')
    throw new ActionableError(`${at.ref} is no branch: only a branch can be moved.`);
  const short = at.hash.slice(0, 12);
  const answer = await confirm({
    title: `Reset ${reference.name} to ${short}`,
    question: 'A tag keeps where the branch stands now.',
    actions: [{ label: 'Reset Branch', description: `to ${short}, with a back-up tag` }],
    about: { title: 'Commits that leave the branch', lines: await commitsAfter(input, reference, at.hash) },
  });
  if (answer === undefined || 'line' in answer) return;
  const { resetBranch } = await import('../../catalog/branch-actions.ts');
  const { backup } = await resetBranch(input.source().nessie, reference, { hash: at.hash, now: new Date() });
  await input.browser.poll();
  void window.showInformationMessage(
    `${reference.name} was reset. The tag ${backup.name} keeps where it stood.`,
  );
}

const SHOWN_COMMITS = 100;

async function commitsAfter(
  input: BranchCommandsInput,
  branch: BrowsedReference,
  hash: string,
): Promise<string[]> {
  const lines: string[] = [];
  const { name } = branch;
  for await (const entry of listHistory(
    input.source().nessie,
    { name, hash: branch.hash },
    { pageSize: SHOWN_COMMITS },
  )) {
    if (entry.commit.hash === hash) return lines;
    if (lines.length === SHOWN_COMMITS) return [...lines, 'and more'];
    lines.push(describeCommit(entry));
  }
  return lines;
}

/** Rehearses a merge. Without conflicts it is made after a look; with conflicts it is not, and a page says why. */
async function mergeOne(input: BranchCommandsInput, node: unknown, target: unknown): Promise<void> {
  const from = await pickReferenceFrom(
    input.browser,
    node,
    'Which branch or tag should be merged?',
    () => true,
  );
  if (from === undefined) return;
  const fits = (item: BrowsedReference): boolean => item.type === 'BRANCH' && item.name !== from.name;
  const into =
    typeof target === 'string'
      ? await referenceNow(input.browser, target)
      : await pickReference(input.browser, `Merge ${from.name} into …`, fits);
  if (into === undefined) return;
  const { nessie } = input.source();
  const request = { from: { name: from.name, hash: from.hash }, into: { name: into.name, hash: into.hash } };
  const rehearsal = await merge(nessie, { ...request, dryRun: true });
  const conflicts = rehearsal.keys.filter(({ conflict }) => conflict !== undefined);
  if (conflicts.length > 0) {
    openConflicts(input, { from: from.name, into: into.name });
  } else if (rehearsal.keys.length === 0) {
    void window.showInformationMessage(`${into.name} has everything of ${from.name} already.`);
  } else {
    const answer = await confirm({
      title: `Merge ${from.name} into ${into.name}`,
      question: 'Nessie has rehearsed it: there is no conflict.',
      actions: [{ label: 'Merge', description: `as one commit on ${into.name}` }],
      about: { title: `What changes on ${into.name}`, lines: keyLines(rehearsal.keys) },
    });
    if (answer === undefined || 'line' in answer) return;
    await merge(nessie, request);
    await input.browser.poll();
  }
}

function keyLines(keys: readonly MergedKey[]): string[] {
  return keys.map(({ key }) => key.join('.'));
}

/** The head of a node's reference, a commit of the log, or the reference that is picked. */
async function placeOf(
  input: BranchCommandsInput,
  at: unknown,
  question: string,
): Promise<CommitPlace | undefined> {
  if (isCommitPlace(at)) return at;
  const reference = await pickReferenceFrom(input.browser, at, question, () => true);
  return reference === undefined ? undefined : { ref: reference.name, hash: reference.hash };
}
