import type { Command } from './command.ts';

/** Every subcommand, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {};
