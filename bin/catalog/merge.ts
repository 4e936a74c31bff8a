import {
  explainConflict,
  type MergePreview,
  type PreviewKey,
  previewMerge,
} from '../../catalog/merge-preview.ts';
import { merge, type MergeBehavior, type Reference } from '../../catalog/nessie.ts';
import { TableUnreadableError } from '../../catalog/table-loader.ts';
import { UsageError } from '../command.ts';
import { resolveRef } from './access.ts';
import { tableDiffToText } from './diff.ts';
import {
  type CatalogSubcommand,
  keyToText,
  parseKeyText,
  type Printed,
  printJson,
  type SubcommandInput,
} from './subcommand.ts';

interface Merging {
  readonly from: Required<Pick<Reference, 'name' | 'hash'>>;
  readonly into: Required<Pick<Reference, 'name' | 'hash'>>;
  readonly keys: readonly { readonly key: readonly string[]; readonly behavior: MergeBehavior }[];
}

/** Merges a reference into a branch, after a rehearsal that names every conflict. */
export const mergeCommand: CatalogSubcommand = {
  usage: 'merge <source> --into <branch>',
  summary: 'Merges after naming every conflict; --take chooses a side.',
  options: ['into', 'take', 'dry-run'],
  run: async input => {
    const { access, values, positionals, signal } = input;
    const [source] = positionals;
    if (source === undefined || typeof values['into'] !== 'string')
      throw new UsageError('merge needs a source and --into with the branch that receives it.');
    const [from, into] = await Promise.all([resolveRef(access, source), resolveRef(access, values['into'])]);
    const merging: Merging = { from, into, keys: parseTakes(values['take']) };
    const preview = await previewMerge(access.nessie, { ...merging, signal });
    if (values['dry-run'] === true || !preview.isPossible) return printPreview(input, preview);
    const result = await merge(access.nessie, {
      ...merging,
      words: { message: `merge ${from.name} into ${into.name}` },
      signal,
    });
    return {
      json: () => printJson(result),
      text: () =>
        `${into.name} is at ${result.targetHash ?? into.hash}: ${result.keys.length} keys merged.\n`,
      exitCode: result.isSuccessful ? 0 : 1,
    };
  },
};

async function printPreview({ access, signal }: SubcommandInput, preview: MergePreview): Promise<Printed> {
  const explained = await Promise.all(
    preview.keys.map(async key => ({ ...key, ...(await explain(access.store, key, signal)) })),
  );
  const lines = explained.map(key => {
    if (key.conflict === undefined) return `  ${keyToText(key.key)}\n`;
    const sides =
      key.sides === undefined
        ? ''
        : `  source:\n${tableDiffToText(key.sides.source)}  target:\n${tableDiffToText(key.sides.target)}`;
    return `! ${keyToText(key.key)}: ${key.conflict.kind}\n${sides}${key.problem === undefined ? '' : `    ${key.problem}\n`}`;
  });
  const verdict = preview.isPossible
    ? 'Can be merged.\n'
    : 'Cannot be merged: choose a side with --take for each table marked with !.\n';
  return {
    json: () => printJson({ ...preview, keys: explained }),
    text: () => lines.join('') + verdict,
    exitCode: preview.isPossible ? 0 : 1,
  };
}

async function explain(store: Parameters<typeof explainConflict>[0], key: PreviewKey, signal: AbortSignal) {
  if (key.conflict === undefined) return {};
  try {
    const sides = await explainConflict(store, key, signal);
    return sides === undefined ? {} : { sides };
  } catch (error) {
    if (!(error instanceof TableUnreadableError)) throw error;
    return { problem: error.message };
  }
}

function parseTakes(value: unknown): Merging['keys'] {
  return (Array.isArray(value) ? (value as string[]) : []).map(text => {
    const match = /^(.+)=(source|target)$/s.exec(text);
    if (match?.[1] === undefined) throw new UsageError(`--take ${text}: write table=source or table=target.`);
    return { key: parseKeyText(match[1]), behavior: match[2] === 'source' ? 'FORCE' : 'DROP' };
  });
}
