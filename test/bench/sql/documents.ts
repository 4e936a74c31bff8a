const LINES = 5000;

/** A script of many statements with exactly 5,000 lines, made by repeating the given ones. */
export function manyStatements(statements: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; lines.length < LINES; i++) {
    lines.push(...`${statements[i % statements.length] ?? 'SELECT 1'};`.split('\n'), '');
  }
  return lines.slice(0, LINES).join('\n');
}

/** One statement of about 5,000 lines: the given queries as its common tables. */
export function oneStatement(queries: readonly string[]): string {
  const tables: string[] = [];
  let lines = 0;
  for (let i = 0; lines < LINES - 1; i++) {
    const query = (queries[i % queries.length] ?? 'SELECT 1').trimEnd();
    tables.push(`t${i} AS (\n${query}\n)`);
    lines += query.split('\n').length + 2;
  }
  return `WITH ${tables.join(',\n')}\nSELECT 1`;
}

/** INSERT with 5,000 rows. */
export function manyRows(): string {
  const rows = Array.from(
    { length: LINES },
    (_, i) => `(${i}, 'name ${i}', DATE '2020-01-01', ${i}.5, NULL)`,
  );
  return `INSERT INTO t (id, name, day, amount, note)\nVALUES\n${rows.join(',\n')}`;
}
