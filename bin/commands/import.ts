import path from 'node:path';
import { type Command, UsageError } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createTransferProgress } from '../transfer-progress.ts';

export const command: Command = {
  usage: 'import <file.tar.gz>',
  summary: 'Fills a lakehouse that has no data yet from a file that `export` wrote.',
  words: 1,
  options: HOME_OPTION,
  optionHelp: HOME_HELP,
  run: async input => {
    const [name] = input.positionals;
    if (name === undefined) throw new UsageError('Which file? lakehouse import <file.tar.gz>');
    const lakehouse = await openFromInput(input);
    const progress = createTransferProgress(input.stderr, 'read');
    await lakehouse.importFrom(path.resolve(input.cwd, name), {
      signal: input.signal,
      onProgress: progress.show,
    });
    progress.end();
    input.stdout.write(`The data is in ${lakehouse.home}: 'lakehouse up' starts it.\n`);
    return 0;
  },
};
