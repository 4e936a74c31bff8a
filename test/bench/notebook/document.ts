import fc from 'fast-check';
import { readSqlCells, writeSqlCells } from '../../../client/notebook/sql-cells.ts';
import { statementSpans } from '../../../client/notebook/statements.ts';
import { decodeText, encodeText } from '../../../client/notebook/text-bytes.ts';
import { sqlFile } from '../../client/notebook/sql-files.ts';

/** How many of so many made-up files are not written back to the byte. */
export function countRoundTripFailures(cases: number): number {
  let failures = 0;
  for (const text of fc.sample(sqlFile(), { numRuns: cases, seed: 9 })) {
    const bytes = Buffer.from(text, 'utf8');
    const { text: decoded, encoding } = decodeText(bytes);
    const written = writeSqlCells(readSqlCells(decoded, statementSpans), statementSpans);
    if (!bytes.equals(encodeText({ text: written, encoding }))) failures++;
  }
  return failures;
}

/** Milliseconds to write 5,000 cells, untouched and with one of them edited; the median of several writes. */
export function measureSerializing(): { untouchedMs: number; editedMs: number } {
  const text = Array.from(
    { length: 5000 },
    (_, i) => `-- number ${i}\nSELECT a, b FROM t WHERE x = ${i} AND y LIKE 'abc;%';\n`,
  ).join('\n');
  const notebook = readSqlCells(text, statementSpans);
  const [cell] = notebook.cells;
  if (cell === undefined) throw new Error('There are no cells.');
  const edited = { ...notebook, cells: notebook.cells.with(0, { ...cell, value: 'SELECT 1;' }) };
  return {
    untouchedMs: median(() => writeSqlCells(notebook, statementSpans)),
    editedMs: median(() => writeSqlCells(edited, statementSpans)),
  };
}

function median(action: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const began = performance.now();
    action();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[3] ?? NaN;
}
