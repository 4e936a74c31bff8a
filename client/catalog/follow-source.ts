import type { Disposable, Event } from 'vscode';
import { createEmitter } from '../emitter.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { type CatalogSource, createCatalogSource } from './catalog-source.ts';
import type { TreeStore } from './tree-store.ts';

/** The catalog of the window's lakehouse while Nessie is ready. */
export interface FollowedSource extends Disposable {
  readonly current: () => CatalogSource | undefined;
  readonly onDidChange: Event<void>;
}

/** Follows the session: another lakehouse, or the same one after a stop, is another source. */
export function followSource(session: LakehouseSession, treesOf: (uri: string) => TreeStore): FollowedSource {
  const changed = createEmitter<void>();
  let from: unknown;
  let source: CatalogSource | undefined;
  session.onDidChange(() => {
    const usable = session.services.nessie.kind === 'ready' ? session.endpoints : undefined;
    if (usable === from) return;
    from = usable;
    source?.dispose();
    source = usable === undefined ? undefined : createCatalogSource(usable, treesOf(usable.nessie.uri));
    changed.fire();
  });
  return { current: () => source, onDidChange: changed.event, dispose: () => source?.dispose() };
}
