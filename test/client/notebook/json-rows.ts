/**
 * Rows as Trino sends them: numbers with all their digits, bytes in base64, NaN and the infinities as texts, a Map as an
 * object.
 */
export function jsonRows(rows: readonly (readonly unknown[])[]): Buffer {
  return Buffer.from(`[${rows.map(json).join(',')}]`);
}

function json(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `"${value}"`;
    return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
  }
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (value instanceof Map) {
    const members = Array.from(value, ([key, item]) => `${JSON.stringify(String(key))}:${json(item)}`);
    return `{${members.join(',')}}`;
  }
  return Array.isArray(value) ? `[${value.map(json).join(',')}]` : JSON.stringify(value);
}
