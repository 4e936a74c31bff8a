import {
  type Instant,
  readDate,
  readTime,
  readTimestamp,
  TIMESTAMP_INVALID,
  TIMESTAMP_WITH_ZONE,
} from '../decode/temporal.ts';

/** The Iceberg type of a date, time or timestamp in a text, as the decoder would read it; undefined for other texts. */
export function temporalKind(text: string): 'date' | 'time' | 'timestamp' | 'timestamptz' | undefined {
  if (!/^[\d]{2}[\d:.+TtZz -]{6,38}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length === 10 && !Number.isNaN(readDate(bytes, 0))) return 'date';
  if (!Number.isNaN(readTime(bytes, 0, bytes.length))) return 'time';
  const out: Instant = { seconds: 0, micros: 0 };
  const found = readTimestamp(bytes, 0, bytes.length, out);
  if (found === TIMESTAMP_INVALID) return undefined;
  return found === TIMESTAMP_WITH_ZONE ? 'timestamptz' : 'timestamp';
}
