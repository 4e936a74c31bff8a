import type { LoadedTable } from '../iceberg/table-state.ts';
import type { TableDrift } from './drift.ts';

/** Records came that tables can only take after a change: change them, and start again from the tables. Not for people. */
export class SchemaDrift extends Error {
  override readonly name = 'SchemaDrift';
  readonly drift: readonly TableDrift[];
  /** The tables as the session knew them, by `tableId`; those without a content id are yet to be made. */
  readonly tables: ReadonlyMap<string, LoadedTable>;
  constructor(drift: readonly TableDrift[], tables: ReadonlyMap<string, LoadedTable>) {
    super(`Records need other columns in ${drift.map(({ table }) => table.join('.')).join(', ')}.`);
    this.drift = drift;
    this.tables = tables;
  }
}

/**
 * Waits until everything that the worker was given has been looked at, so that one change takes all that is new in it: reports
 * come in order, and the last knows the most. `outstanding`: how many reports are still to come, this one included. What is
 * answered rejects with SchemaDrift.
 */
export function gatherDrift(
  outstanding: () => number,
  tables: () => ReadonlyMap<string, LoadedTable>,
): (found: readonly TableDrift[]) => Promise<never> {
  const gathered = Promise.withResolvers<never>();
  let reports = 0;
  return found => {
    reports += 1;
    if (reports === outstanding()) gathered.reject(new SchemaDrift(found, tables()));
    return gathered.promise;
  };
}
