#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { didYouMean, parseArguments } from './arguments.ts';
import { type Command, type CommandInput, UsageError } from './command.ts';
import { describeError } from './describe-error.ts';
import { COMMANDS } from './commands.ts';
import { helpText, overviewText } from './help.ts';

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

type World = Omit<CommandInput, 'values' | 'positionals'>;

/** Finds the subcommand, parses its options and answers the exit code. The one place where errors become text. */
async function main(argv: string[], world: World): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    world.stdout.write(overviewText(await loadAll(), world.stdout.columns));
    return 0;
  }
  if (name === '--version' || name === '-V') return printVersion(world);
  // `lakehouse help etl redrive` is `lakehouse etl redrive --help`.
  if (name === 'help') return main([...rest, '--help'], world);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const hint = didYouMean(name, Object.keys(COMMANDS));
    world.stderr.write(`lakehouse: there is no command '${name}'${hint} 'lakehouse help' lists them.\n`);
    return 2;
  }
  const command = await load();
  return run({ name, command, args: rest }, world);
}

interface Called {
  readonly name: string;
  readonly command: Command;
  readonly args: readonly string[];
}

async function run({ name, command, args }: Called, world: World): Promise<number> {
  let isJson = false;
  try {
    const { values, positionals } = parseArguments(name, command, args);
    if (values['help'] === true) {
      const { columns } = world.stdout;
      world.stdout.write(helpText({ name, command, word: positionals[0], columns }));
      return 0;
    }
    isJson = values['json'] === true;
    return await command.run({ ...world, values, positionals });
  } catch (error) {
    if (world.signal.aborted) return 130;
    const text = describeError(error);
    world.stderr.write(`lakehouse ${name}: ${text}\n`);
    // A program that reads the output gets the reason there too; on a terminal it would only stand there twice.
    if (isJson && world.stdout.isTTY !== true) world.stdout.write(`${JSON.stringify({ error: text })}\n`);
    if (world.env['LAKEHOUSE_DEBUG'] && error instanceof Error) world.stderr.write(`${error.stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function printVersion({ stdout }: World): number {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  stdout.write(`${(JSON.parse(manifest) as { readonly version: string }).version}\n`);
  return 0;
}

async function loadAll(): Promise<ReadonlyMap<string, Command>> {
  return new Map(
    await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()] as const)),
  );
}
