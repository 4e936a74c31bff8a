import { ExactNumber, type RecordValue } from '../decode/parse-record.ts';

/** A value as JSON: numbers with all their digits, bytes in Base64, dates as ISO 8601 has them. */
export function stringifyRecord(value: RecordValue | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof ExactNumber) return value.source;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (value instanceof Date)
    return JSON.stringify(Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString());
  if (Array.isArray(value)) return `[${(value as readonly RecordValue[]).map(stringifyRecord).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${stringifyRecord(member)}`,
  );
  return `{${members.join(',')}}`;
}
