import { commands, type Disposable } from 'vscode';
import { type CommandHandler, type CommandTable, mergeCommandTables } from './command-table.ts';
import { type ErrorSurface, presentError } from './errors.ts';
import type { CommandId } from './ids.ts';

/**
 * Registers the command tables of all areas, each handler behind the one error boundary. `titleOf` names a command in
 * an error message as the palette does.
 */
export function registerCommands(
  tables: readonly CommandTable[],
  surface: ErrorSurface,
  titleOf: (id: CommandId) => string,
): Disposable[] {
  return mergeCommandTables(tables).map(([id, handler]) =>
    commands.registerCommand(id, guard(handler, surface, titleOf(id))),
  );
}

/** A handler whose errors end in `presentError` and never reach the editor's own, wordless notification. */
function guard(handler: CommandHandler, surface: ErrorSurface, title: string): CommandHandler {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      // Not awaited: the command is over, the message may stay for as long as the person reads it.
      void presentError(surface, title, error);
      return undefined;
    }
  };
}
