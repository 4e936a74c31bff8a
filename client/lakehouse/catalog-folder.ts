import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  languages,
  Range,
  RelativePattern,
  Uri,
  workspace,
} from 'vscode';
import { errorMessage } from '../errors.ts';
import { createCatalogSync } from './catalog-sync.ts';
import { overall } from './services.ts';
import type { LakehouseSession } from './session.ts';

const FOLDER = 'catalog';

/**
 * Keeps Trino's catalogs like the `*.properties` files of the workspace's `catalog/` folder while the lakehouse of this
 * machine runs. A broken file is a problem of that file and stops nothing else. Trusted workspaces only: a catalog can make
 * Trino connect anywhere.
 */
export function followCatalogFolder(session: LakehouseSession, log: (text: string) => void): Disposable {
  const problems = languages.createDiagnosticCollection('lakehouse catalogs');
  const stopped = new AbortController();
  const sync = createCatalogSync({
    find: () => (workspace.isTrusted ? findFolder() : undefined),
    apply: async folder => {
      const { owner } = session.control;
      if (owner === undefined || overall(session.services) !== 'ready') return undefined;
      return owner.applyCatalogs(folder, stopped.signal);
    },
    show: (folder, outcomes) => {
      problems.clear();
      for (const outcome of outcomes) {
        log(
          `Catalog ${outcome.name}: ${outcome.kind}${outcome.kind === 'failed' ? `. ${outcome.cause}` : ''}`,
        );
        if (outcome.kind !== 'failed') continue;
        const problem = new Diagnostic(new Range(0, 0, 0, 1000), outcome.cause, DiagnosticSeverity.Error);
        problem.source = 'Trino catalog';
        problems.set(Uri.file(path.join(folder, `${outcome.name}.properties`)), [problem]);
      }
    },
    fail: error => log(`The folder ${FOLDER}/ could not be applied: ${errorMessage(error)}`),
  });
  let wasReady = false;
  const onState = session.onDidChange(() => {
    const isReady = overall(session.services) === 'ready';
    if (isReady && !wasReady) sync.touch();
    wasReady = isReady;
  });
  const watchers = (workspace.workspaceFolders ?? []).map(folder => {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, `${FOLDER}/*.properties`));
    watcher.onDidCreate(sync.touch);
    watcher.onDidChange(sync.touch);
    watcher.onDidDelete(sync.touch);
    return watcher;
  });
  return {
    dispose: () => {
      stopped.abort();
      sync.dispose();
      onState.dispose();
      for (const watcher of watchers) watcher.dispose();
      problems.dispose();
    },
  };
}

/** The first folder of the workspace that has one: two of them would drop each other's catalogs. */
function findFolder(): string | undefined {
  const folders = (workspace.workspaceFolders ?? []).map(folder => path.join(folder.uri.fsPath, FOLDER));
  return folders.find(folder => existsSync(folder));
}
