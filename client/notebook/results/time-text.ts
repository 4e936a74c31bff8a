/** A moment read from Trino's text: whole seconds (UTC where a zone is given) and picoseconds within the second. */
export interface Moment {
  readonly seconds: number;
  readonly picoseconds: number;
}

const SECONDS_PER_DAY = 86_400;

/**
 * Reads `date`, `time` and `timestamp` texts with or without zone, any year, up to picoseconds. Undefined when the text
 * is none. A named zone whose clock is set back shows one local time twice; the earlier instant is taken.
 */
export function parseMoment(text: string): Moment | undefined {
  const match =
    /^(?:([+-]?\d{4,})-(\d\d)-(\d\d))?[ T]?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?)?\s*(.*)$/.exec(
      text,
    );
  if (match === null || (match[1] === undefined && match[4] === undefined)) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = match;
  const days = year === undefined ? 0 : daysFromCivil(Number(year), Number(month), Number(day));
  const local = days * SECONDS_PER_DAY + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const offset = zone === '' ? 0 : zoneOffset(zone, local);
  if (offset === undefined) return undefined;
  return { seconds: local - offset, picoseconds: Number(fraction.padEnd(12, '0')) };
}

/** Milliseconds since the epoch, for charts. NaN when the text is no moment. */
export function epochMilliseconds(text: string): number {
  const moment = parseMoment(text);
  return moment === undefined ? NaN : moment.seconds * 1000 + moment.picoseconds / 1e9;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, for any year. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function zoneOffset(zone: string, localSeconds: number): number | undefined {
  const match = /^(?:UTC|GMT|Z)?(?:([+-])(\d\d):?(\d\d))?$/.exec(zone);
  if (match !== null) {
    const offset = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60;
    return match[1] === '-' ? -offset : offset;
  }
  // A zone is asked with a guess first and then with the answer, which is right except inside the hour of a change.
  const guess = namedOffset(zone, localSeconds);
  return guess === undefined ? undefined : namedOffset(zone, localSeconds - guess);
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const offsets = new Map<string, number>();

function namedOffset(zone: string, seconds: number): number | undefined {
  // Offsets change at quarter hours at the finest, so that one look-up serves all rows of a quarter.
  const quarter = Math.floor(seconds / 900);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const milliseconds = quarter * 900_000;
  // JavaScript's dates end before Trino's; outside, the offset of the nearest date serves for sorting.
  const instant = new Date(Math.max(-8.64e15, Math.min(8.64e15, milliseconds)));
  const name = format.formatToParts(instant).find(part => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(name);
  const size = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0);
  const offset = match?.[1] === '-' ? -size : size;
  if (offsets.size > 100_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  let format: Intl.DateTimeFormat | undefined;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    format = undefined;
  }
  formats.set(zone, format);
  return format;
}
