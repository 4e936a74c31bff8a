/** The one place where names and values become SQL text. Whatever they contain, they stay one identifier or one literal. */

/** `"name"`, with quotes inside doubled. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A qualified name: `"catalog"."schema"."table"`. */
export function quoteName(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/** `'text'`, with quotes inside doubled. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A value that can stand as a literal. Decimals and times go as text, with a CAST around the result. */
export type LiteralValue = null | boolean | number | bigint | string | Uint8Array;

/** A literal of a value: numbers that are integers as INTEGER, others as DOUBLE; bigint as BIGINT; bytes as VARBINARY. */
export function quoteLiteral(value: LiteralValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint') return `BIGINT '${value}'`;
  if (typeof value === 'string') return quoteString(value);
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
  return quoteNumber(value);
}

/** Schema name of a namespace in Trino's Iceberg connector: the levels joined by dots. Not quoted yet. */
export function namespaceToSchema(namespace: readonly string[]): string {
  return namespace.join('.');
}

function quoteNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan()';
  if (!Number.isFinite(value)) return value > 0 ? 'infinity()' : '-infinity()';
  if (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) <= 0x7fff_ffff) return `${value}`;
  return `DOUBLE '${Object.is(value, -0) ? '-0' : value}'`;
}
