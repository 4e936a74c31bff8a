#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Command, type CommandInput, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';

const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('Interrupted')));
process.once('SIGTERM', () => controller.abort(new Error('Terminated')));
// Whoever read the output has gone (`| head`): stop the work as Ctrl+C would, instead of failing.
process.stdout.on('error', error => controller.abort(error));

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: controller.signal,
});

/** Finds the subcommand, parses its options and answers the exit code. The one place where errors become text. */
async function main(argv: string[], world: Omit<CommandInput, 'values' | 'positionals'>): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    world.stdout.write(await overview());
    return 0;
  }
  const load = COMMANDS[name];
  if (load === undefined) {
    world.stderr.write(`lakehouse: there is no command '${name}'. 'lakehouse help' lists them.\n`);
    return 2;
  }
  const command = await load();
  try {
    const { values, positionals } = parse(command, rest);
    if (values['help'] === true) {
      world.stdout.write(help(command));
      return 0;
    }
    return await command.run({ ...world, values, positionals });
  } catch (error) {
    if (world.signal.aborted) return 130;
    const text = error instanceof Error ? error.message : String(error);
    world.stderr.write(`lakehouse ${name}: ${text}\n`);
    if (world.env['LAKEHOUSE_DEBUG'] && error instanceof Error) world.stderr.write(`${error.stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function parse(command: Command, args: string[]): Pick<CommandInput, 'values' | 'positionals'> {
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nUsage: lakehouse ${command.usage}`);
  }
}

async function overview(): Promise<string> {
  const rows = await Promise.all(
    Object.values(COMMANDS).map(async load => {
      const command = await load();
      return [command.usage, command.summary] as const;
    }),
  );
  const width = Math.max(...rows.map(([usage]) => usage.length));
  const lines = rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`);
  return `Usage: lakehouse <command> [options]\n\n${lines.join('\n')}\n\n'lakehouse <command> --help' explains one.\n`;
}

function help(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.type === 'string' ? ' <value>' : '';
    return [`${short}--${name}${value}`, command.optionHelp[name] ?? ''] as const;
  });
  const width = Math.max(0, ...rows.map(([option]) => option.length));
  const lines = rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`);
  const details = command.details === undefined ? '' : `\n${command.details}\n`;
  return `Usage: lakehouse ${command.usage}\n\n${command.summary}\n${details}${lines.length ? `\n${lines.join('\n')}\n` : ''}`;
}
