/** A double as JavaScript writes it, with the sign of a negative zero. */
export function formatDouble(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** The shortest decimal that reads back as the same 32-bit float. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 2 ** 24))
    return formatDouble(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
