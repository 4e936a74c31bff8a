import { commands, type ExtensionContext, type LogOutputChannel, window } from 'vscode';
import { catalogCommands } from './catalog/catalog-commands.ts';
import { createCatalogModel } from './catalog/catalog-model.ts';
import { createCatalogView } from './catalog/catalog-view.ts';
import { registerCommands } from './commands.ts';
import { followWithContextKeys } from './context-keys.ts';
import type { ErrorSurface } from './errors.ts';
import { type CommandId, VIEW_IDS } from './ids.ts';
import { connectLakehouse } from './lakehouse/connect.ts';
import { logCommands } from './lakehouse/service-logs.ts';
import { createServicesView } from './lakehouse/services-view.ts';
import { stackCommands } from './lakehouse/stack-commands.ts';
import { createStatusBar } from './lakehouse/status-bar.ts';

/** What the extension answers to whoever activates it. */
export interface LakehouseApi {
  /** Milliseconds that `activate` took. */
  readonly activationMs: number;
}

/** Wiring only, a table of contents. Nothing here waits for the network, a process or a file. */
export function activate(context: ExtensionContext): LakehouseApi {
  const startedAt = performance.now();
  const log = window.createOutputChannel('Lakehouse', { log: true });
  const lakehouse = connectLakehouse(text => log.info(text));
  const { session } = lakehouse;
  const catalog = createCatalogModel(session, text => log.info(text));

  context.subscriptions.push(
    log,
    lakehouse,
    followWithContextKeys(session),
    window.registerTreeDataProvider(VIEW_IDS.services, createServicesView(session)),
    window.registerTreeDataProvider(VIEW_IDS.catalog, createCatalogView(catalog)),
    ...createStatusBar(session),
    ...registerCommands(
      [stackCommands(session), logCommands(session), catalogCommands(catalog)],
      errorSurface(log),
      commandTitles(context),
    ),
  );
  void session.refresh();
  const activationMs = performance.now() - startedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return { activationMs };
}

function errorSurface(log: LogOutputChannel): ErrorSurface {
  return {
    log: text => log.error(text),
    showLog: () => log.show(),
    showMessage: (text, buttons) => window.showErrorMessage(text, ...buttons),
    runCommand: (command, args) => commands.executeCommand(command, ...args),
  };
}

/** A command's title as the manifest says it: the manifest is the only place that spells it. */
function commandTitles(context: ExtensionContext): (id: CommandId) => string {
  const manifest = context.extension.packageJSON as {
    contributes: { commands: { command: string; title: string }[] };
  };
  const titles = new Map(manifest.contributes.commands.map(entry => [entry.command, entry.title]));
  return id => titles.get(id) ?? id;
}
