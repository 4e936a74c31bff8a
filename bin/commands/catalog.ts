import { didYouMean } from '../arguments.ts';
import { type Command, UsageError } from '../command.ts';
import { openCatalogAccess } from '../catalog/access.ts';
import { branchCommand } from '../catalog/branches.ts';
import { diffCommand } from '../catalog/diff.ts';
import { lsCommand } from '../catalog/ls.ts';
import { logCommand } from '../catalog/log.ts';
import { mergeCommand } from '../catalog/merge.ts';
import { showCommand } from '../catalog/show.ts';
import { uploadCommand } from '../catalog/upload.ts';
import type { CatalogSubcommand } from '../catalog/subcommand.ts';
import { escapeLines } from '../sql/display-width.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION } from '../endpoints-source.ts';

const SUBCOMMANDS: Readonly<Record<string, CatalogSubcommand>> = {
  ls: lsCommand,
  log: logCommand,
  branch: branchCommand,
  diff: diffCommand,
  merge: mergeCommand,
  show: showCommand,
  upload: uploadCommand,
};

export const command: Command = {
  usage: 'catalog <subcommand>',
  summary: 'Looks at branches, tables and their history, compares and merges branches, uploads files.',
  subcommands: SUBCOMMANDS,
  options: {
    ref: { type: 'string', short: 'r' },
    json: { type: 'boolean' },
    limit: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    into: { type: 'string' },
    take: { type: 'string', multiple: true },
    'dry-run': { type: 'boolean' },
    'no-backup': { type: 'boolean' },
    type: { type: 'string', multiple: true },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    ref: 'the branch or tag, or @hash for a commit (default: the default branch)',
    json: 'one JSON value on the output; 64-bit integers keep all their digits',
    limit: 'how many commits, files or names at most',
    from: 'where a new branch or tag starts: a reference, or reference@hash (default: the default branch)',
    to: 'the commit that a branch is reset to',
    into: 'the branch that a merge changes',
    take: 'for a table in conflict: name=source or name=target (may be repeated)',
    'dry-run': 'only say what would happen',
    'no-backup': 'do not keep a tag of what is deleted',
    type: 'column=type in place of the proposed one, or column=none to leave it out (may be repeated)',
    ...ENDPOINTS_HELP,
  },
  run: async input => {
    const [name = '', ...rest] = input.positionals;
    const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (subcommand === undefined)
      throw new UsageError(
        `${name === '' ? '' : `There is no 'catalog ${name}'${didYouMean(name, Object.keys(SUBCOMMANDS))} `}Use one of ${Object.keys(SUBCOMMANDS).join(', ')}: 'lakehouse catalog --help' explains them.`,
      );
    const access = await openCatalogAccess(input);
    try {
      const result = await subcommand.run({
        access,
        values: input.values,
        positionals: rest,
        signal: input.signal,
        stderr: input.stderr,
      });
      input.stdout.write(input.values['json'] === true ? result.json() : escapeLines(result.text()));
      return result.exitCode ?? 0;
    } finally {
      access.close();
    }
  },
};
