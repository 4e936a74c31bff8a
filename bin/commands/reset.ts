import { createInterface } from 'node:readline/promises';
import { formatBytes } from '../../docker/preflight.ts';
import type { Command, CommandInput } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createServiceProgress } from '../service-progress.ts';

export const command: Command = {
  usage: 'reset [--yes <name>]',
  summary:
    'Stops the lakehouse and deletes all its tables, branches, topics and settings, after asking for its name.',
  words: 0,
  options: { ...HOME_OPTION, yes: { type: 'string' } },
  optionHelp: { ...HOME_HELP, yes: 'the lakehouse’s name, instead of being asked for it' },
  run: async input => {
    const lakehouse = await openFromInput(input);
    const data = await lakehouse.data();
    const rows = data.map(item => `  ${formatBytes(item.bytes).padStart(8)}  ${item.name}\n`).join('');
    input.stderr.write(
      `This deletes every table, branch, topic and offset of the lakehouse ${lakehouse.home}:\n${rows}`,
    );
    const confirm = await confirmation(input, lakehouse.name);
    const progress = createServiceProgress(input.stderr);
    await lakehouse.reset({ confirm, onEvent: event => progress.show(event) });
    input.stdout.write(`The lakehouse '${lakehouse.name}' is deleted. Fetched servers stay in the cache.\n`);
    return 0;
  },
};

async function confirmation(input: CommandInput, name: string): Promise<string> {
  const given = input.values['yes'];
  if (typeof given === 'string') return given;
  input.stderr.write(`Type its name (${name}) to confirm: `);
  const lines = createInterface({ input: input.stdin, signal: input.signal });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}
