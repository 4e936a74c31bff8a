/**
 * Logical types as the texts that JSON messages have for them, so that a value means the same in every format: ISO 8601 for
 * dates, times and timestamps, and for durations.
 */

export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
export const MILLIS_PER_DAY = 86_400_000;

/** `YYYY-MM-DD` for days since the epoch; undefined outside the years 0001 to 9999. */
export function dateText(days: number): string | undefined {
  if (!(days >= FIRST_DAY && days <= LAST_DAY)) return undefined;
  return new Date(days * MILLIS_PER_DAY).toISOString().slice(0, 10);
}

/** `HH:MM:SS.ffffff` for microseconds since midnight; undefined for what is no time of day. */
export function timeText(micros: number): string | undefined {
  if (!(micros >= 0 && micros < MILLIS_PER_DAY * 1000)) return undefined;
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(11, 23)}${digits3(micros - millis * 1000)}`;
}

export type TimestampUnit = 'millis' | 'micros' | 'nanos';

const UNITS_PER_MILLI: Readonly<Record<TimestampUnit, number>> = {
  millis: 1,
  micros: 1_000,
  nanos: 1_000_000,
};

/** `YYYY-MM-DDTHH:MM:SS.fff…` for a count since the epoch, with as many digits as its unit has; undefined outside the years 0001 to 9999. */
export function timestampText(count: number | bigint, unit: TimestampUnit): string | undefined {
  const perMilli = UNITS_PER_MILLI[unit];
  let millis: number;
  let rest: number;
  if (typeof count === 'number') {
    millis = Math.floor(count / perMilli);
    rest = count - millis * perMilli;
  } else {
    rest = Number(((count % BigInt(perMilli)) + BigInt(perMilli)) % BigInt(perMilli));
    millis = Number((count - BigInt(rest)) / BigInt(perMilli));
  }
  if (!(millis >= FIRST_DAY * MILLIS_PER_DAY && millis < (LAST_DAY + 1) * MILLIS_PER_DAY)) return undefined;
  const text = new Date(millis).toISOString().slice(0, 23);
  if (unit === 'millis') return text;
  return `${text}${unit === 'micros' ? digits3(rest) : String(rest).padStart(6, '0')}`;
}

/** The decimal text of an unscaled value that is a big-endian two's complement integer. */
export function decimalText(bytes: Uint8Array, scale: number): string {
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex(bytes)}`));
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function uuidText(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `PnMnDTn.nnnS` for months, days and milliseconds as three little-endian integers. */
export function durationText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  const [months, days, millis] = [0, 4, 8].map(at => view.getUint32(at, true)) as [number, number, number];
  const seconds = `${Math.floor(millis / 1000)}.${String(millis % 1000).padStart(3, '0')}`;
  return `P${months}M${days}DT${seconds}S`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function digits3(value: number): string {
  return String(value).padStart(3, '0');
}
