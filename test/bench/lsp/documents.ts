const STATEMENT = `SELECT o.order_id, o.amount, c.name,
  sum(o.amount) OVER (PARTITION BY c.country ORDER BY o.created) AS running
FROM order_0.order_daily_0 o
  JOIN customer_1.customer_raw_1 c ON o.customer_column_1 = c.customer_column_1
WHERE o.amount > 10
  AND c.country IN ('DE', 'FR')
  AND o.status = 'open'
ORDER BY running DESC
LIMIT 100;

`;
const LINES = STATEMENT.split('\n').length - 1;

/** A script of about so many lines of ordinary queries. */
export function scriptOfLines(lines: number): string {
  return STATEMENT.repeat(Math.max(1, Math.ceil(lines / LINES)));
}

/** One statement of about so many lines: a long UNION ALL. */
export function statementOfLines(lines: number): string {
  const part = STATEMENT.slice(0, STATEMENT.indexOf('ORDER BY running')).trimEnd();
  const count = Math.max(1, Math.ceil(lines / 8));
  return Array.from({ length: count }, () => part).join('\nUNION ALL\n');
}

/** The place behind `WHERE o.` of the middle statement: line and character. */
export function typingPlace(lines: number): { line: number; character: number } {
  const statement = Math.floor(lines / LINES / 2);
  return { line: statement * LINES + 4, character: 'WHERE o.amount > 10'.length };
}
