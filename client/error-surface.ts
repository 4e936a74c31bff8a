import { commands, type ExtensionContext, type LogOutputChannel, window } from 'vscode';
import type { ErrorSurface } from './errors.ts';
import type { CommandId } from './ids.ts';

/** The editor as the error boundary sees it. */
export function errorSurface(log: LogOutputChannel): ErrorSurface {
  return {
    log: text => log.error(text),
    showLog: () => log.show(),
    showMessage: (text, buttons) => window.showErrorMessage(text, ...buttons),
    runCommand: (command, args) => commands.executeCommand(command, ...args),
  };
}

/** A command's title as the manifest says it: the manifest is the only place that spells it. */
export function commandTitles(context: ExtensionContext): (id: CommandId) => string {
  const manifest = context.extension.packageJSON as {
    contributes: { commands: { command: string; title: string }[] };
  };
  const titles = new Map(manifest.contributes.commands.map(entry => [entry.command, entry.title]));
  return id => titles.get(id) ?? id;
}
