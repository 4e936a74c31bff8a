import type { TrinoOptions, TrinoSession } from '../../../catalog/trino/client.ts';
import type { Progress, ResultHead, StatementError } from '../messages.ts';
import type { BatchPlace } from './result-file.ts';
import type { ResultColumn } from './result-store.ts';

/** One statement to run, with everything that it needs: it goes to a worker thread as plain data. */
export interface RunRequest {
  readonly connection: TrinoOptions;
  /** Without a closing semicolon. */
  readonly statement: string;
  /** What earlier statements of the notebook left; the outcome carries what this one changed. */
  readonly session: TrinoSession;
  /** Fetching stops once this many rows are there; the query then waits in Trino for a while. */
  readonly rowLimit: number;
  /** Where the rows are kept. */
  readonly path: string;
}

/** How a statement ended, or where it stopped to fetch. */
export interface RunOutcome {
  readonly progress: Progress;
  readonly head?: ResultHead;
  readonly error?: StatementError;
  readonly session: TrinoSession;
  /** What is needed to open the result again in a later session; absent without rows. */
  readonly saved?: SavedResult;
}

export interface SavedResult {
  readonly path: string;
  readonly columns: readonly ResultColumn[];
  readonly places: readonly BatchPlace[];
  readonly isCut: boolean;
}
