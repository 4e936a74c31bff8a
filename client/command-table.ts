import { COMMAND_IDS, type CommandId } from './ids.ts';

export type CommandHandler = (...args: unknown[]) => unknown;

/** The commands of one area. Each area exports a function that makes its table; extension.ts puts them together. */
export type CommandTable = Readonly<Partial<Record<CommandId, CommandHandler>>>;

/** All tables as one list. Throws when a command has no handler or two: both are mistakes of the wiring. */
export function mergeCommandTables(tables: readonly CommandTable[]): [CommandId, CommandHandler][] {
  return Object.values(COMMAND_IDS).map(id => {
    const handlers = tables.map(table => table[id]).filter(handler => handler !== undefined);
    const [handler] = handlers;
    if (handler === undefined || handlers.length > 1) {
      throw new Error(`The command ${id} has ${handlers.length} handlers; it needs exactly one.`);
    }
    return [id, handler];
  });
}
