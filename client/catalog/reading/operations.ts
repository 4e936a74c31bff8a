import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { compareTable, type ReferenceChange } from '../../../catalog/compare.ts';
import type { TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import type { Snapshot } from '../../../catalog/iceberg/snapshot.ts';
import type { TableDiff } from '../../../catalog/iceberg/table-diff.ts';
import { planExpiry, planOrphanRemoval } from '../../../catalog/maintenance.ts';
import { explainConflict, type PreviewKey } from '../../../catalog/merge-preview.ts';
import { connectNessie, type NessieConnection, type Reference } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client, type ObjectStore } from '../../../catalog/storage.ts';
import { type ActionTarget, rollBackTable } from '../../../catalog/table-actions.ts';
import type { TableHolder } from '../../../catalog/holders.ts';
import { loadTableMetadata } from '../../../catalog/table-loader.ts';
import { loadTablePage } from '../../../catalog/table-page.ts';
import type { FileSummary } from '../../../catalog/table-page/files.ts';
import type { KafkaSecurity } from '../../../pipeline/kafka/security.ts';
import type { QueryStatistics } from '../../../catalog/trino/client.ts';
import type { TableLine } from '../catalog-nodes.ts';
import type { CommittedProgress } from '../commit-watch.ts';
import type { CompareGroup } from '../compare-messages.ts';
import { describeTableDiff } from '../diff-text.ts';
import { fileLines } from '../file-lines.ts';
import { describeBlocks, describePlan } from '../maintenance-text.ts';
import type { TablePlace } from '../table-lines.ts';
import type { TableView, VersionView } from '../table-page-messages.ts';
import { tableHead } from './table-head.ts';
import { TRINO_OPERATIONS } from './trino-operations.ts';
import { summaryOf, type TableSummary } from '../table-summaries.ts';
import { toTableView, type TableViewPlace } from '../table-view.ts';
import { countText } from '../../count-text.ts';

/** What the operations work on. */
export interface Reading {
  readonly endpoints: LakehouseEndpoints;
  readonly nessie: NessieConnection;
  readonly store: ObjectStore;
}

/** How an operation hears that it is no longer wanted, and tells how far it is. */
export interface OperationContext {
  readonly signal: AbortSignal;
  readonly report: (progress: QueryStatistics) => void;
}

/** The clients of a lakehouse, for as long as the thread lives. */
export function openReading(endpoints: LakehouseEndpoints): Reading {
  return {
    endpoints,
    nessie: connectNessie(endpoints.nessie),
    store: createObjectStore(createS3Client(endpoints.objectStore)),
  };
}

/**
 * Everything of the catalog that opens files of tables or asks Trino, by name. Parameters and results are plain data: they
 * travel between threads. Lists come back no longer than they are shown.
 */
export const OPERATIONS = {
  head: async ({ store }, { location }: { readonly location: string }, { signal }): Promise<TableMetadata> =>
    tableHead(await loadTableMetadata(store, location, { signal })),

  summary: async (
    { store },
    { location }: { readonly location: string },
    { signal },
  ): Promise<TableSummary> => summaryOf(await loadTableMetadata(store, location, { signal })),

  lines: async (
    { store },
    params: {
      readonly location: string;
      readonly group: 'partitions' | 'files';
      readonly place: TablePlace;
    },
    { signal },
  ): Promise<TableLine[]> => {
    const { files } = await loadTablePage(store, { metadataLocation: params.location }, { signal });
    return fileLines(files, params.group, params.place);
  },

  page: async (
    { store },
    { location, place }: { readonly location: string; readonly place: TableViewPlace },
    { signal },
  ): Promise<TableView> =>
    toTableView(await loadTablePage(store, { metadataLocation: location }, { signal }), place),

  writers: async (
    { store, endpoints },
    { location, security }: { readonly location: string; readonly security: KafkaSecurity },
    { signal },
  ): Promise<VersionView[]> => {
    const metadata = await loadTableMetadata(store, location, { signal });
    // Kafka's client is loaded with the first table that a pipeline writes.
    const { askKafka, describeWriters } = await import('./writers.ts');
    return describeWriters(metadata, askKafka(endpoints, security), Date.now());
  },

  /** What the line of a table says of its pipelines; undefined where there is nothing to say. */
  progress: async (
    { endpoints },
    { progress, security }: { readonly progress: CommittedProgress; readonly security: KafkaSecurity },
  ): Promise<string | undefined> => {
    const { askKafka, describeProgress } = await import('./writers.ts');
    return describeProgress(progress, askKafka(endpoints, security), Date.now());
  },

  fileSummary: async (
    { store },
    { location }: { readonly location: string },
    { signal },
  ): Promise<FileSummary> =>
    (await loadTablePage(store, { metadataLocation: location }, { signal })).files.summary,

  diff: async (
    { store },
    { change }: { readonly change: ReferenceChange },
    { signal },
  ): Promise<CompareGroup[]> => {
    const diff = await compareTable(store, change, signal);
    return diff === undefined ? [] : describeTableDiff(diff);
  },

  /** Undefined when it is no table on both sides and where they parted. */
  conflict: async (
    { store },
    { table }: { readonly table: PreviewKey },
    { signal },
  ): Promise<Readonly<Record<'source' | 'target', CompareGroup[]>> | undefined> => {
    const sides = await explainConflict(store, table, signal);
    if (sides === undefined) return undefined;
    const words = (diff: TableDiff): CompareGroup[] => describeTableDiff(diff, { withRelation: false });
    return { source: words(sides.source), target: words(sides.target) };
  },

  removal: async (
    { store },
    params: {
      readonly removal: 'expire' | 'orphans';
      readonly location: string;
      readonly holders: readonly TableHolder[];
      readonly olderThanMs: number;
    },
    { signal },
  ): Promise<RemovalText> => {
    const { removal, location, holders, olderThanMs } = params;
    const metadata = await loadTableMetadata(store, location, { signal });
    const makePlan = removal === 'expire' ? planExpiry : planOrphanRemoval;
    const table = { metadata, metadataLocation: location, holders };
    const plan = await makePlan(store, table, { olderThanMs, signal });
    return {
      isEmpty: plan.files === 0 && plan.snapshots.length === 0,
      lines: cutLines(describePlan(plan)),
      blocks: describeBlocks(plan),
    };
  },

  /** All snapshots, the newest first. */
  snapshots: async (
    { store },
    { location }: { readonly location: string },
    { signal },
  ): Promise<ListedSnapshot[]> => {
    const { snapshots, currentSnapshotId } = await loadTableMetadata(store, location, { signal });
    return snapshots.toReversed().map(({ snapshotId, timestampMs, summary }) => ({
      ...{ snapshotId, timestampMs, summary },
      isCurrent: snapshotId === currentSnapshotId,
    }));
  },

  /** The snapshots after one, a line each. */
  laterSnapshots: async (
    { store },
    { location, snapshotId }: { readonly location: string; readonly snapshotId: bigint },
    { signal },
  ): Promise<string[]> => {
    const { snapshots } = await loadTableMetadata(store, location, { signal });
    const target = snapshots.find(snapshot => snapshot.snapshotId === snapshotId);
    const later = snapshots.filter(({ timestampMs }) => timestampMs > (target?.timestampMs ?? 0));
    return cutLines(
      later.map(
        ({ snapshotId: id, timestampMs, summary }) =>
          `${id}, ${summary['operation'] ?? 'unknown'} of ${new Date(timestampMs).toISOString()}`,
      ),
    );
  },

  rollBack: async (
    reading,
    { target, snapshotId }: { readonly target: ActionTarget; readonly snapshotId: bigint },
  ): Promise<{ readonly backup: Reference }> => {
    const { backup } = await rollBackTable(reading, target, { snapshotId, now: new Date() });
    return { backup };
  },

  ...TRINO_OPERATIONS,
} satisfies Readonly<Record<string, Operation>>;

/** A snapshot to choose from. */
export type ListedSnapshot = Pick<Snapshot, 'snapshotId' | 'timestampMs' | 'summary'> & {
  readonly isCurrent: boolean;
};

/** What a removal would do, in words. */
export interface RemovalText {
  readonly isEmpty: boolean;
  /** The first line is the whole in figures. */
  readonly lines: readonly string[];
  /** Who needs the files: then nothing may be done. */
  readonly blocks: readonly string[];
}

/** A question shows no more lines than somebody reads. */
const MAX_LINES = 200;

function cutLines(lines: readonly string[]): string[] {
  const more = lines.length - MAX_LINES;
  return more <= 0 ? [...lines] : [...lines.slice(0, MAX_LINES), `and ${countText(more)} more`];
}

type Operation = (reading: Reading, params: never, context: OperationContext) => Promise<unknown>;

export type OperationName = keyof typeof OPERATIONS;
export type OperationParams<K extends OperationName> = Parameters<(typeof OPERATIONS)[K]>[1];
export type OperationResult<K extends OperationName> = Awaited<ReturnType<(typeof OPERATIONS)[K]>>;
