import type { Event } from 'vscode';
import { connectNessie, type Entry, getConfig, listEntries } from '../../catalog/nessie.ts';
import { createEmitter } from '../emitter.ts';
import { errorMessage } from '../errors.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { buildNamespaceTree, type CatalogNode } from './namespace-tree.ts';

/** What is known of the catalog. `absent` while no lakehouse can be asked. */
export type CatalogState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'loaded'; readonly reference: string; readonly roots: readonly CatalogNode[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** The default branch's namespaces and tables, read once and kept until `refresh` or a change of the lakehouse. */
export interface CatalogModel {
  /** After everything that makes `load` answer something else. */
  readonly onDidChange: Event<void>;
  /** Never rejects. Calls at the same time share one reading. */
  load(): Promise<CatalogState>;
  refresh(): void;
}

/** A model that reads the lakehouse of `session` when it is asked. */
export function createCatalogModel(session: LakehouseSession, log: (text: string) => void): CatalogModel {
  const changed = createEmitter<void>();
  let reading: Promise<CatalogState> | undefined;
  let source = usableNessie(session);

  const read = async (): Promise<CatalogState> => {
    const uri = usableNessie(session);
    if (uri === undefined) return { kind: 'absent' };
    try {
      return await readCatalog(uri);
    } catch (error) {
      log(`Reading the catalog failed: ${errorMessage(error)}`);
      return { kind: 'failed', reason: errorMessage(error) };
    }
  };
  const refresh = (): void => {
    reading = undefined;
    changed.fire();
  };
  session.onDidChange(() => {
    const next = usableNessie(session);
    if (next === source) return;
    source = next;
    refresh();
  });
  return { onDidChange: changed.event, load: () => (reading ??= read()), refresh };
}

/** Nessie's address while Nessie is ready. */
function usableNessie(session: LakehouseSession): string | undefined {
  return session.services.nessie.kind === 'ready' ? session.endpoints?.nessie.uri : undefined;
}

async function readCatalog(uri: string): Promise<CatalogState> {
  const nessie = connectNessie({ uri });
  const { defaultBranch } = await getConfig(nessie);
  const entries: Entry[] = [];
  for await (const entry of listEntries(nessie, { name: defaultBranch })) entries.push(entry);
  return { kind: 'loaded', reference: defaultBranch, roots: buildNamespaceTree(entries) };
}
