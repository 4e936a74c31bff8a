import { isUtf8 } from 'node:buffer';
import { type ColumnSpec, KIND } from '../decode/column.ts';
import { roundDecimal } from '../decode/decimal.ts';
import { ExactNumber, parseRecord, type RecordValue } from '../decode/parse-record.ts';
import type { Instant } from '../decode/temporal.ts';
import { instantToText, isTemporal, readInstant } from './cast-time.ts';

/**
 * Converts a value to what a column takes as it is; undefined where that cannot be done. Numbers are rounded to the digits of
 * the column, half away from zero, as Trino's CAST does; text around which white space stands is read without it.
 */
export function castValue(spec: ColumnSpec, value: RecordValue): RecordValue | undefined {
  if (isTemporal(spec)) return castTime(spec, value);
  switch (spec.kind) {
    case KIND.string:
      return value instanceof Uint8Array && !isUtf8(value) ? undefined : textOfValue(value);
    case KIND.boolean:
      return castBoolean(value);
    case KIND.int:
    case KIND.long:
    case KIND.decimal:
      return castDecimal(spec, value);
    case KIND.float:
    case KIND.double:
      return castFloat(value);
    case KIND.uuid:
      return castUuid(value);
    case KIND.binary:
      if (value instanceof Uint8Array) return value;
      return typeof value === 'string' ? Buffer.from(value, 'utf8') : undefined;
    case KIND.struct:
    case KIND.list:
    case KIND.map:
      return castNested(value);
    default:
      return value;
  }
}

/** A primitive as text, a number in its shortest form, bytes as the UTF-8 that they are; anything else as JSON. */
function textOfValue(value: RecordValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8');
  if (value instanceof ExactNumber) return value.source;
  return typeof value === 'string' ? value : toJson(value);
}

function toJson(value: RecordValue): string {
  if (value instanceof ExactNumber) return value.source;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Date || value instanceof Uint8Array) return JSON.stringify(textOfValue(value));
  if (Array.isArray(value)) return `[${(value as readonly RecordValue[]).map(toJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`);
  return `{${members.join(',')}}`;
}

function castBoolean(value: RecordValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOfValue(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

function castDecimal(spec: ColumnSpec, value: RecordValue): string | undefined {
  const text = numberText(value);
  const { scale } = spec;
  const unscaled = text === undefined ? undefined : roundDecimal(text, scale);
  if (unscaled === undefined) return undefined;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`;
}

function castFloat(value: RecordValue): RecordValue | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^(?:NaN|-?Infinity)$/.test(value.trim())) return value.trim();
  const text = numberText(value);
  if (text === undefined) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?$/;

/** The text of a number as JSON writes it; undefined for what is none. */
function numberText(value: RecordValue): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof ExactNumber) return value.source;
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = typeof value === 'string' ? value.trim() : '';
  if (!NUMBER.test(text)) return undefined;
  return text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
}

function castUuid(value: RecordValue): RecordValue | undefined {
  const match = typeof value === 'string' ? UUID.exec(value.trim()) : null;
  return match === null ? undefined : match.slice(1).join('-');
}

const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** What came as JSON in a text is read. */
function castNested(value: RecordValue): RecordValue | undefined {
  if (typeof value !== 'string') return value;
  try {
    return parseRecord(value);
  } catch {
    return undefined;
  }
}

function castInstant(spec: ColumnSpec, date: Date): string | undefined {
  const time = date.getTime();
  const seconds = Math.floor(time / 1000);
  return instantToText(spec, { seconds, micros: (time - seconds * 1000) * 1000 });
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

const instant: Instant = { seconds: 0, micros: 0 };

function castTime(spec: ColumnSpec, value: RecordValue): string | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber;
  if (!isNumber && typeof value !== 'string' && !(value instanceof Date)) return undefined;
  // A date that code made is a time already, whatever texts look like.
  if (value instanceof Date) return castInstant(spec, value);
  // Only where the file says what it counts is a number a time.
  if (isNumber && spec.rule?.format === undefined) return undefined;
  const text = spec.rule?.format?.kind === 'epoch' ? numberText(value) : textOfValue(value).trim();
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'utf8');
  return readInstant(spec, bytes, [0, bytes.length], instant) ? instantToText(spec, instant) : undefined;
}
