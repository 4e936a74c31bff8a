import { randomUUID } from 'node:crypto';
import {
  nextMetadataLocation,
  printTableMetadata,
  type TableMetadata,
} from '../../catalog/iceberg/metadata.ts';
import { commit, isConflict, isNotFound, NessieError } from '../../catalog/nessie.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import { missingNamespaces } from '../iceberg/ensure-tables.ts';
import { backOff, type Retrying, retryingReads } from '../iceberg/retrying.ts';
import { toOperation } from '../iceberg/table-operation.ts';
import { loadBranch, type LoadedTable, type TableCatalog } from '../iceberg/table-state.ts';
import { driftToText, type TableDrift } from './drift.ts';
import { type Evolution, evolveSchema } from './evolve-schema.ts';

export interface TablesToEvolve extends Retrying {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly pipeline: string;
  readonly maxColumns: number;
  readonly drift: readonly TableDrift[];
  /** The tables as the pipeline knows them, by {@link tableId}: one that was never made is made now. */
  readonly known: ReadonlyMap<string, LoadedTable>;
}

/** What became of one table. */
export interface EvolvedTable extends Pick<Evolution, 'made' | 'refused'> {
  readonly table: readonly string[];
}

/**
 * Changes the columns of tables as records ask for, all in one commit, on top of whatever others have changed meanwhile: the
 * tables are read anew for every try, and what they have by then is not changed again. So it does not matter either whether
 * a commit was made whose answer was lost.
 */
export async function evolveTables(request: TablesToEvolve): Promise<readonly EvolvedTable[]> {
  const { catalog, branch, pipeline, drift, known } = request;
  const keys = drift.map(({ table }) => table);
  const landed = new Map<string, Evolution['made']>();
  for (let attempt = 1; ; attempt++) {
    const { hash, tables } = await retryingReads(request, () => loadBranch(catalog, branch, keys));
    const steps = drift.map(({ table, changes }, index) =>
      evolveOne(request, tables[index] ?? plannedTable(known, table), { table, changes }),
    );
    const done = steps.map(({ table, evolution: { made, refused } }) => ({
      table,
      made: made.length > 0 ? made : (landed.get(table.join()) ?? []),
      refused,
    }));
    const changed = steps.flatMap(({ base, evolution: { metadata } }) =>
      base === undefined || metadata === undefined ? [] : [nextTable(base, metadata)],
    );
    if (changed.length === 0) return done;
    const made = changed.map(({ table }) => table).filter(({ contentId }) => contentId === undefined);
    try {
      await Promise.all(
        changed.map(({ metadataLocation, table }) =>
          catalog.store.put(metadataLocation, Buffer.from(printTableMetadata(table.metadata)), {
            contentType: 'application/json',
          }),
        ),
      );
      await commit(catalog.nessie, {
        branch,
        expectedHash: hash,
        message: messageOf(pipeline, done),
        author: `lakehouse pipeline ${pipeline}`,
        operations: [
          ...(await missingNamespaces(catalog, { branch, hash }, made)),
          ...changed.map(toOperation),
        ],
      });
      return done;
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) {
        await Promise.allSettled(
          changed.map(({ metadataLocation }) => catalog.store.delete(metadataLocation)),
        );
      } else if (error instanceof NessieError && error.outcome === 'unknown') {
        // The next look at the tables tells whether it was made: then there is nothing left to do.
        for (const { table, made } of done) landed.set(table.join(), made);
        request.onTrouble(error);
      } else if ((error as { readonly retriable?: unknown }).retriable === true) request.onTrouble(error);
      else throw error;
      await backOff(attempt, request.signal);
    }
  }
}

function plannedTable(
  known: ReadonlyMap<string, LoadedTable>,
  key: readonly string[],
): LoadedTable | undefined {
  const table = known.get(tableId(key));
  return table?.contentId === undefined ? table : undefined;
}

interface EvolutionStep {
  readonly table: readonly string[];
  readonly base: LoadedTable | undefined;
  readonly evolution: Evolution;
}

function evolveOne(
  { maxColumns }: TablesToEvolve,
  base: LoadedTable | undefined,
  { table, changes }: TableDrift,
): EvolutionStep {
  // A table that is gone is nothing to change; the next session says so.
  if (base === undefined) return { table, base, evolution: { metadata: undefined, made: [], refused: [] } };
  return { table, base, evolution: evolveSchema(base.metadata, changes, { maxColumns, now: Date.now() }) };
}

/** Iceberg's default of `write.metadata.previous-versions-max`. */
const METADATA_LOG_LENGTH = 100;

function nextTable(
  base: LoadedTable,
  metadata: TableMetadata,
): { readonly table: LoadedTable; readonly metadataLocation: string; readonly ownFiles: readonly string[] } {
  const previous = base.metadataLocation;
  const metadataLocation = nextMetadataLocation(metadata.location, previous, randomUUID());
  const entry =
    previous === undefined ? [] : [{ timestampMs: base.metadata.lastUpdatedMs, metadataFile: previous }];
  const metadataLog = [...metadata.metadataLog, ...entry].slice(-METADATA_LOG_LENGTH);
  return {
    table: { ...base, metadata: { ...metadata, metadataLog }, metadataLocation },
    metadataLocation,
    ownFiles: [metadataLocation],
  };
}

function messageOf(pipeline: string, tables: readonly EvolvedTable[]): string {
  const parts = tables
    .filter(({ made }) => made.length > 0)
    .map(({ table, made }) => `${table.join('.')}: ${listed(made.map(driftToText))}`);
  return `Change columns of ${parts.join('; ')} (records of pipeline ${pipeline} have them)`;
}

const LISTED = 20;

/** The first of many texts, and how many more there are. */
export function listed(texts: readonly string[]): string {
  const more = texts.length - LISTED;
  return more <= 0 ? texts.join(', ') : `${texts.slice(0, LISTED).join(', ')} and ${more} more`;
}
