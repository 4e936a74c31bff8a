import type { Command } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';

export const command: Command = {
  usage: 'diagnostics',
  summary:
    'Prints what helps to find a fault: machine, engine, states, settings, ends of the logs. Secrets are masked.',
  words: 0,
  options: HOME_OPTION,
  optionHelp: HOME_HELP,
  run: async input => {
    input.stdout.write(await (await openFromInput(input)).diagnostics());
    return 0;
  },
};
