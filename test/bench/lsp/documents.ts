/** Statements differ in their numbers, so that nothing is shared between them. */
function statement(number: number): string {
  return `SELECT o.order_id, o.amount, c.name,
  sum(o.amount) OVER (PARTITION BY c.country ORDER BY o.created) AS running_${number}
FROM order_0.order_daily_0 o
  JOIN customer_1.customer_raw_1 c ON o.customer_column_1 = c.customer_column_1
WHERE o.amount > ${number}
  AND c.country IN ('DE', 'FR')
  AND o.status = 'open'
ORDER BY running_${number} DESC
LIMIT 100;

`;
}

const LINES = statement(0).split('\n').length - 1;

/** A script of about so many lines of ordinary queries. */
export function scriptOfLines(lines: number): string {
  return Array.from({ length: Math.max(1, Math.ceil(lines / LINES)) }, (_, i) => statement(i)).join('');
}

/** One statement of about so many lines: a long UNION ALL. */
export function statementOfLines(lines: number): string {
  const parts = Array.from({ length: Math.max(1, Math.ceil(lines / 8)) }, (_, i) => {
    const text = statement(i);
    return text.slice(0, text.indexOf('ORDER BY running')).trimEnd();
  });
  return parts.join('\nUNION ALL\n');
}

/** The place behind the `WHERE o.amount > …` that stands in the middle of a text: line and character. */
export function typingPlace(text: string): { line: number; character: number } {
  const lines = text.split('\n');
  const line = lines.findIndex(
    (item, i) => i >= lines.length / 2 - LINES && item.startsWith('WHERE o.amount > '),
  );
  return { line, character: lines[line]?.length ?? 0 };
}
