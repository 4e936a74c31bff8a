import path from 'node:path';
import { formatBytes } from '../../docker/preflight.ts';
import { type Command, UsageError } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createTransferProgress } from '../transfer-progress.ts';

export const command: Command = {
  usage: 'export <file.tar.gz>',
  summary: 'Writes a stopped lakehouse (tables, branches, topics, offsets, keys) to one new file.',
  details:
    'The file holds the object store’s key pair, which its data needs, and is readable by you alone. Passwords of other\n' +
    'databases that catalogs name are not in it.',
  words: 1,
  options: HOME_OPTION,
  optionHelp: HOME_HELP,
  run: async input => {
    const [name] = input.positionals;
    if (name === undefined) throw new UsageError('Which file? lakehouse export <file.tar.gz>');
    const file = path.resolve(input.cwd, name);
    const lakehouse = await openFromInput(input);
    const progress = createTransferProgress(input.stderr, 'written');
    await lakehouse.exportTo(file, { signal: input.signal, onProgress: progress.show });
    input.stdout.write(`The lakehouse is in ${file}: ${formatBytes(progress.end())} of data.\n`);
    return 0;
  },
};
