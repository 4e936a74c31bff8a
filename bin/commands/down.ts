import type { Command } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createServiceProgress } from '../service-progress.ts';

export const command: Command = {
  usage: 'down [options]',
  summary: 'Stops the lakehouse. Tables, branches, topics and offsets stay for the next start.',
  words: 0,
  options: HOME_OPTION,
  optionHelp: HOME_HELP,
  run: async input => {
    const lakehouse = await openFromInput(input);
    const progress = createServiceProgress(input.stderr);
    await lakehouse.down({ onEvent: event => progress.show(event) });
    input.stdout.write(`The lakehouse is stopped. Its data stays in ${lakehouse.home}.\n`);
    return 0;
  },
};
