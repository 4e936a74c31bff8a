import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { readPipelineOffsets } from '../../catalog/table-page/offsets.ts';
import { tableId } from './catalog-cache.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import type { LeafNode } from './catalog-nodes.ts';

/** What the newest commits of a table say of its pipelines: only what is needed, because it travels to another thread. */
export type CommittedProgress = Pick<TableMetadata, 'properties' | 'snapshots'>;

export interface CommitWatchInput {
  readonly browser: Pick<CatalogBrowser, 'knownTable' | 'redraw'>;
  /** Words about the pipelines that fill a table; undefined where there is nothing to say. */
  readonly describe: (progress: CommittedProgress) => Promise<string | undefined>;
}

/** Tells in the lines of tables how fast pipelines that run elsewhere fill them, and how far they are behind. */
export interface CommitWatch {
  /** What is known of a table; whoever asks for it is told again when there is something new. */
  text(node: LeafNode): string | undefined;
  /** Looks again at all tables that were asked for. */
  refresh(): Promise<void>;
}

interface Watched {
  readonly node: LeafNode;
  text: string | undefined;
  asking: Promise<void> | undefined;
}

/** More tables than a person looks at; the ones drawn last are followed. */
const MAX_WATCHED = 20;
/** More snapshots than the rate is made of, those of compaction included. */
const SENT_SNAPSHOTS = 40;

export function createCommitWatch({ browser, describe }: CommitWatchInput): CommitWatch {
  const watched = new Map<string, Watched>();
  const look = (entry: Watched): Promise<void> => {
    const ask = async (): Promise<void> => {
      const progress = progressOf(browser.knownTable(entry.node.ref, entry.node.key));
      // What cannot be asked now is not known any more.
      const text = progress === undefined ? undefined : await describe(progress).catch(() => undefined);
      if (text === entry.text) return;
      entry.text = text;
      browser.redraw(entry.node);
    };
    entry.asking ??= ask().finally(() => {
      entry.asking = undefined;
    });
    return entry.asking;
  };
  return {
    text: node => {
      if (progressOf(browser.knownTable(node.ref, node.key)) === undefined) return undefined;
      const id = tableId(node.ref, node.key);
      const known = watched.get(id);
      const entry = known ?? { node, text: undefined, asking: undefined };
      watched.delete(id);
      watched.set(id, entry);
      for (const oldest of watched.keys()) if (watched.size > MAX_WATCHED) watched.delete(oldest);
      if (known === undefined) void look(entry);
      return entry.text;
    },
    refresh: async () => {
      await Promise.all([...watched.values()].map(look));
    },
  };
}

function progressOf(metadata: TableMetadata | undefined): CommittedProgress | undefined {
  if (metadata === undefined) return undefined;
  const { properties, snapshots } = metadata;
  const offsets = readPipelineOffsets(properties);
  if (offsets.length === 0) return undefined;
  return {
    properties: Object.fromEntries(offsets.map(({ property }) => [property, properties[property] ?? ''])),
    snapshots: snapshots.toSorted((a, b) => b.timestampMs - a.timestampMs).slice(0, SENT_SNAPSHOTS),
  };
}
