import { spellName, spellTable } from './sql-name.ts';

/** A table as Trino knows it: the catalog of a branch, then namespace levels and the table's name. */
export interface TrinoTable {
  readonly catalog: string;
  readonly key: readonly string[];
}

const SAMPLE_ROWS = 20;

/** Sample rows that one state of a table has and the other has not, compared in the columns that both have. */
export function onlyInSql(left: TrinoTable, right: TrinoTable, columns: readonly string[]): string {
  const list = columns.map(spellName).join(', ');
  const [from, except] = [left, right].map(
    ({ catalog, key }) => `SELECT ${list} FROM ${spellTable(catalog, key)}`,
  );
  return `${from}\nEXCEPT ALL\n${except}\nLIMIT ${SAMPLE_ROWS}`;
}
