import {
  type DeletionLoss,
  findDeletionLoss,
  removeReference,
  resetBranch,
} from '../../catalog/branch-actions.ts';
import { createReference, getReference, listReferences, type Reference } from '../../catalog/nessie.ts';
import { UsageError } from '../command.ts';
import { resolveRef } from './access.ts';
import {
  type CatalogSubcommand,
  type Printed,
  printColumns,
  printJson,
  type SubcommandInput,
} from './subcommand.ts';

/** Lists, makes, deletes and resets branches and tags. */
export const branchCommand: CatalogSubcommand = {
  usage: 'branch [list|create|tag|delete|reset] [name]',
  summary: 'Lists, or changes, branches and tags.',
  options: ['ref', 'from', 'to', 'dry-run', 'no-backup'],
  run: async input => {
    const [action, name] = input.positionals;
    if (action === undefined || action === 'list') return listBranches(input);
    if (!ACTIONS.has(action))
      throw new UsageError(`branch ${action} is not known: list, create, tag, delete and reset are.`);
    if (name === undefined) throw new UsageError(`branch ${action} needs the name of a branch or tag.`);
    switch (action) {
      case 'create':
      case 'tag':
        return create(input, { name, type: action === 'tag' ? 'TAG' : 'BRANCH' });
      case 'delete':
        return remove(input, name);
      default:
        return reset(input, name);
    }
  },
};

const ACTIONS: ReadonlySet<string> = new Set(['create', 'tag', 'delete', 'reset']);

async function listBranches({ access, signal }: SubcommandInput): Promise<Printed> {
  const references: Reference[] = [];
  for await (const reference of listReferences(access.nessie, { withMetadata: true, signal }))
    references.push(reference);
  const isDefault = (reference: Reference): boolean => reference.name === access.defaultBranch;
  return {
    json: () => printJson(references.map(reference => ({ ...reference, isDefault: isDefault(reference) }))),
    text: () =>
      printColumns(
        references.map(reference => [
          isDefault(reference) ? '*' : '',
          reference.type.toLowerCase(),
          reference.name,
          reference.hash.slice(0, 12),
          distance(reference),
          reference.metadata?.head?.message.split('\n')[0] ?? '',
        ]),
      ),
  };
}

async function create(
  { access, values, signal }: SubcommandInput,
  wanted: { readonly name: string; readonly type: Reference['type'] },
): Promise<Printed> {
  const from = await resolveRef(access, values['from'] ?? values['ref']);
  if (from.name === '') throw new UsageError('--from names a reference too: reference@hash.');
  const made = await createReference(access.nessie, { ...wanted, from, signal });
  return printReference(made, `${made.type.toLowerCase()} ${made.name} is at ${made.hash}`);
}

async function remove({ access, values }: SubcommandInput, name: string): Promise<Printed> {
  const reference = await getReference(access.nessie, name);
  const loss = await findDeletionLoss(access.nessie, name);
  const lost = lossText(loss);
  if (values['dry-run'] === true)
    return {
      json: () => printJson({ reference, loss }),
      text: () => `Deleting ${name} would lose ${lost}.\n`,
    };
  const result = await removeReference(access.nessie, reference, {
    now: new Date(),
    withBackup: values['no-backup'] !== true,
  });
  const kept = result.backup === undefined ? `lost to view: ${lost}` : `tag ${result.backup.name} keeps it`;
  return { json: () => printJson({ ...result, loss }), text: () => `${name} is deleted; ${kept}.\n` };
}

async function reset({ access, values }: SubcommandInput, name: string): Promise<Printed> {
  const hash = values['to'];
  if (typeof hash !== 'string') throw new UsageError('branch reset needs --to with a commit.');
  const branch = await getReference(access.nessie, name);
  const result = await resetBranch(access.nessie, branch, { hash: hash.replace(/^@/, ''), now: new Date() });
  return {
    json: () => printJson(result),
    text: () => `${name} is at ${result.branch.hash}; tag ${result.backup.name} keeps where it was.\n`,
  };
}

function printReference(reference: Reference, text: string): Printed {
  return { json: () => printJson(reference), text: () => `${text}\n` };
}

function distance({ metadata }: Reference): string {
  if (metadata?.commitsAhead === undefined) return '';
  return `+${metadata.commitsAhead} −${metadata.commitsBehind ?? 0}`;
}

function lossText({ commits, alsoAt }: DeletionLoss): string {
  if (alsoAt !== undefined) return `nothing: ${alsoAt} is at the same commit`;
  if (commits === 0) return 'nothing: the default branch has all of it';
  return commits === 1
    ? 'one commit that no other reference has'
    : `${commits} commits that no other reference has`;
}
