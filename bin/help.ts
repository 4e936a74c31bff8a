import type { Command } from './command.ts';
import { subcommandOptions } from './arguments.ts';
import { displayWidth } from './sql/display-width.ts';

const WIDEST = 110;
const NARROWEST = 40;

/** What `lakehouse help` prints: every command with what it is for. `columns`: the width of the terminal, if it is one. */
export function overviewText(commands: ReadonlyMap<string, Command>, columns?: number): string {
  const rows = [...commands].map(([name, { summary }]) => [name, summary] as const);
  return [
    'Usage: lakehouse <command> [options]\n',
    table(rows, columns),
    "'lakehouse <command> --help' explains one of them, 'lakehouse --version' says which release this is.",
    'Exit codes: 0 done, 1 failed, 2 called wrongly, 130 interrupted.\n',
  ].join('\n');
}

export interface HelpWanted {
  readonly name: string;
  readonly command: Command;
  /** The word after the name, which may be one of its subcommands. */
  readonly word: string | undefined;
  readonly columns: number | undefined;
}

/** What `--help` prints: of a subcommand only what concerns it; of a command with subcommands those, and the options of all. */
export function helpText({ name, command, word, columns }: HelpWanted): string {
  const { subcommands = {} } = command;
  const subcommand = word !== undefined && Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  const shown = subcommand === undefined ? optionsOfAll(command) : subcommandOptions(command, word);
  const parts =
    subcommand === undefined
      ? [
          `Usage: lakehouse ${command.usage}\n`,
          `${wrap(command.summary, width(columns)).join('\n')}\n`,
          ...(command.details === undefined ? [] : [`${command.details}\n`]),
          ...subcommandTable(name, command, columns),
        ]
      : [
          `Usage: lakehouse ${name} ${subcommand.usage}\n`,
          `${wrap(subcommand.summary, width(columns)).join('\n')}\n`,
        ];
  const rows = shown.flatMap(option => optionRow(command, option));
  return [...parts, ...(rows.length === 0 ? [] : [table(rows, columns)])].join('\n');
}

function subcommandTable(name: string, { subcommands }: Command, columns: number | undefined): string[] {
  if (subcommands === undefined) return [];
  const rows = Object.entries(subcommands).map(([word, { summary }]) => [word, summary] as const);
  return [table(rows, columns), `'lakehouse ${name} <subcommand> --help' explains one. All take:\n`];
}

function optionsOfAll(command: Command): string[] {
  const ofSome = new Set(Object.values(command.subcommands ?? {}).flatMap(({ options }) => options));
  return Object.keys(command.options).filter(option => !ofSome.has(option));
}

function optionRow(command: Command, name: string): (readonly [string, string])[] {
  const option = command.options[name];
  if (option === undefined) return [];
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.type === 'string' ? ' <value>' : '';
  return [[`${short}--${name}${value}`, command.optionHelp[name] ?? '']];
}

/** Two columns; the second is wrapped and stays a column. */
function table(rows: readonly (readonly [string, string])[], columns: number | undefined): string {
  const first = Math.max(0, ...rows.map(([left]) => left.length));
  const room = Math.max(NARROWEST / 2, width(columns) - first - 4);
  const lines = rows.flatMap(([left, right]) =>
    wrap(right, room).map((line, index) => `  ${(index === 0 ? left : '').padEnd(first)}  ${line}`),
  );
  return `${lines.join('\n')}\n`;
}

function width(columns = WIDEST): number {
  return Math.max(NARROWEST, Math.min(WIDEST, columns));
}

function wrap(text: string, room: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (last === '' || displayWidth(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
