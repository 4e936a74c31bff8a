import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { nearestName } from '../server/semantics/nearest-name.ts';
import { type Command, type CommandInput, UsageError } from './command.ts';

/** Reads the words and options after a command's name. Throws UsageError for what the command does not take. */
export function parseArguments(
  name: string,
  command: Command,
  args: readonly string[],
): Pick<CommandInput, 'values' | 'positionals'> {
  const options: ParseArgsOptionsConfig = { ...command.options, help: { type: 'boolean', short: 'h' } };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const known = subcommandOptions(command, positionals[0]);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw mistake(`There is no option ${token.rawName}`, token.name);
    if (!known.includes(token.name))
      throw mistake(`'${name} ${positionals[0] ?? ''}' does not take ${token.rawName}`);
    if (option.type === 'string' && token.value === undefined)
      throw mistake(`${token.rawName} needs a value`);
    if (option.type === 'string' && !token.inlineValue && looksLikeOption(token.value, options))
      throw mistake(`${token.rawName} needs a value, and '${token.value}' is an option`);
    if (option.type === 'boolean' && token.value !== undefined)
      throw mistake(`${token.rawName} takes no value`);
  }
  const { words } = command;
  const extra = words === undefined ? undefined : positionals[words];
  if (extra !== undefined) throw mistake(`'${extra}' is one word too many`);
  return { values, positionals };

  function mistake(text: string, wrong?: string): UsageError {
    const hint = wrong === undefined ? '.' : didYouMean(wrong, known, '--');
    const subcommand = positionals[0] === undefined ? undefined : command.subcommands?.[positionals[0]];
    const called = subcommand === undefined ? command.usage : `${name} ${subcommand.usage}`;
    const words = subcommand === undefined ? name : `${name} ${positionals[0] ?? ''}`;
    return new UsageError(
      `${text}${hint}\nUsage: lakehouse ${called}\n'lakehouse ${words} --help' lists the options.`,
    );
  }
}

/** The end of a sentence about a wrong name: `. Did you mean 'status'?`, or a full stop where nothing is near. */
export function didYouMean(wrong: string, names: Iterable<string>, prefix = ''): string {
  const near = nearestName(wrong, names);
  return near === undefined ? '.' : `. Did you mean '${prefix}${near}'?`;
}

/** The options that count after the word: those of the subcommand and those that belong to no subcommand alone. */
export function subcommandOptions(command: Command, word: string | undefined): string[] {
  const all = [...Object.keys(command.options), 'help'];
  const { subcommands, defaultSubcommand = '' } = command;
  if (subcommands === undefined || word === undefined) return all;
  const own = subcommands[Object.hasOwn(subcommands, word) ? word : defaultSubcommand]?.options;
  if (own === undefined) return all;
  const ofSome = new Set(Object.values(subcommands).flatMap(({ options }) => options));
  return all.filter(option => own.includes(option) || !ofSome.has(option));
}

/** `--from --to 5`: the value was forgotten. A single dash is a value: `-` is the input, `-1` a number. */
function looksLikeOption(value: string | undefined, options: Readonly<Record<string, unknown>>): boolean {
  return value?.startsWith('--') === true && Object.hasOwn(options, value.slice(2).split('=')[0] ?? '');
}
