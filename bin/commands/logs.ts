import type { Command } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput, parseServiceName } from '../lakehouse-options.ts';
import { UsageError } from '../command.ts';

export const command: Command = {
  usage: 'logs <service> [-f]',
  summary:
    'Prints the log of a service: kafka, objectStore, nessie or trino. Works for a stopped lakehouse too.',
  words: 1,
  options: { ...HOME_OPTION, follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' } },
  optionHelp: {
    ...HOME_HELP,
    follow: 'go on with what is printed from now on',
    lines: 'how many lines (default 200)',
  },
  run: async input => {
    const service = parseServiceName(input.positionals[0]);
    const lines = Number(input.values['lines'] ?? 200);
    if (!Number.isInteger(lines) || lines < 0) throw new UsageError('--lines takes a whole number.');
    const follow = input.values['follow'] === true;
    const log = (await openFromInput(input)).logs(service, { lines, follow, signal: input.signal });
    for await (const line of log) input.stdout.write(`${line}\n`);
    return 0;
  },
};
