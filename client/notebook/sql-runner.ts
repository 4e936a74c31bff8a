import type { TextDocument } from 'vscode';
import { createSession, type TrinoSession } from '../../catalog/trino/session.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import { readSettings } from '../config.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CellMarks } from './cell-marks.ts';
import type { NamedCell } from './cell-references.ts';
import { type CellRunInput, runCell, type StatementEnd, type StatementView } from './cell-run.ts';
import { readDirectives } from './directives.ts';
import type { History } from './history.ts';
import { historyEntry } from './history-entries.ts';
import type { ParameterValues } from './parameter-values.ts';
import { neededParameters, prepareStatement, type PreparedStatement } from './prepare-statement.ts';
import { openReferenceCatalog } from './reference-catalog.ts';
import type { ResultLibrary } from './result-library.ts';
import type { ResultPlace } from './result-place.ts';

export interface SqlRunnerInput {
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  /** Throws when no lakehouse can be asked. */
  readonly source: () => CatalogSource;
  readonly library: ResultLibrary;
  readonly marks: CellMarks;
  readonly parameters: ParameterValues;
  readonly history: () => History;
  /** Statements may have changed where the next ones run. */
  readonly onSessionChange: () => void;
}

/** Statements of one cell to run: of a notebook, or of a plain script, which has the same cells. */
export interface SqlRun {
  /** The open notebook or script: what USE, SET SESSION and parameters have set lasts as long as it. */
  readonly owner: object;
  /** Where results are shown and kept. */
  readonly place: ResultPlace;
  /** The document that holds the cell, and where in it the cell starts. */
  readonly document: TextDocument;
  readonly start: number;
  readonly text: string;
  readonly statements: CellRunInput['statements'];
  /** The text of the first code cell, whose directives count for all. */
  readonly firstText: string;
  /** The cells before this one that have a name. */
  readonly cells: readonly NamedCell[];
  /** Where parameters are declared. */
  readonly texts: readonly string[];
  /** The file's name for the history. */
  readonly source: string;
  readonly signal: AbortSignal;
  readonly open: (position: number) => StatementView;
  /** The place of the first of the statements among all results of the place; 0 without. */
  readonly firstPosition?: number;
}

/** Runs statements for notebooks and plain scripts alike: session, parameters, results, marks, history. */
export interface SqlRunner {
  /** Answers whether every statement succeeded. Rejects when one could not even be sent. */
  run(run: SqlRun): Promise<boolean>;
  readonly sessionOf: (owner: object) => TrinoSession | undefined;
}

/** A runner whose documents have no sessions yet. */
export function createSqlRunner(input: SqlRunnerInput): SqlRunner {
  const sessions = new WeakMap<object, TrinoSession>();
  return {
    sessionOf: owner => sessions.get(owner),
    run: async run => {
      const endpoints = requireEndpoints(input.session, ['trino']);
      const { catalog } = endpoints.trino;
      const result = await runCell(
        {
          ...run,
          endpoints,
          session: sessions.get(run.owner) ?? createSession({ catalog }),
          rowLimit: readSettings().maxRows,
          worker: input.library.worker,
          newPath: input.library.newPath,
          catalogOf: reference => openReferenceCatalog(input.source(), reference),
          prepare: statement => prepare(statement, run, input.parameters),
        },
        {
          open: run.open,
          // At once, so that a later statement that cannot even start takes nothing away from this one.
          ended: end => {
            keep(input, run, { end, defaultCatalog: catalog });
          },
        },
      );
      sessions.set(run.owner, result.session);
      input.onSessionChange();
      return result.isSuccess;
    },
  };
}

async function prepare(
  statement: string,
  { owner, text, texts, cells }: SqlRun,
  parameters: ParameterValues,
): Promise<PreparedStatement> {
  const names = neededParameters(statement, cells);
  const values = await parameters.valuesFor({ owner, texts, names });
  if (values === undefined) throw new Error('The statement did not run: a parameter was not given.');
  const { snapshots } = readDirectives(text);
  if (snapshots.length === 0) return prepareStatement(statement, { cells, values });
  // The parser is loaded with the first cell that looks back in time.
  const { snapshotEdits } = await import('./snapshot-edits.ts');
  return prepareStatement(statement, { cells, values, snapshots: snapshotEdits(statement, snapshots) });
}

function keep(
  { library, marks, catalog, history }: SqlRunnerInput,
  run: SqlRun,
  { end, defaultCatalog }: { readonly end: StatementEnd; readonly defaultCatalog: string },
): void {
  library.keep(run.place, { ...end, position: (run.firstPosition ?? 0) + end.position });
  if (end.error !== undefined) {
    const { statement, error } = end;
    const cell = { start: run.start, text: run.text };
    marks.mark(run.document, { statement, error, start: run.start + end.start, cell });
  }
  if (end.output.progress.updateType !== undefined) void catalog.poll();
  history().add(historyEntry(end, { ...run, defaultCatalog }));
}
