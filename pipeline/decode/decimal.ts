/** No decimal that Iceberg can hold needs a larger exponent; a larger one would only build a huge number to refuse it. */
const MAX_EXPONENT = 400;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

/**
 * The unscaled value of a JSON number at the given scale: `parseDecimal('1.5', 2)` is 150n. Undefined where the text is no
 * number or has digits behind that scale which are not zero.
 */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  return scaled(text, scale, divideExactly);
}

/** The same, rounded half away from zero where the text has more digits. */
export function roundDecimal(text: string, scale: number): bigint | undefined {
  return scaled(text, scale, (value, divisor) => (value + divisor / 2n) / divisor);
}

function scaled(
  text: string,
  scale: number,
  divide: (value: bigint, divisor: bigint) => bigint | undefined,
): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null || text.length > MAX_EXPONENT) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = scale - fraction.length + Number(exponent);
  if (Math.abs(shift) > MAX_EXPONENT) return /^0*$/.test(whole + fraction) ? 0n : undefined;
  const digits = BigInt(whole + fraction);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : divide(digits, 10n ** BigInt(-shift));
  return value !== undefined && sign === '-' ? -value : value;
}

function divideExactly(value: bigint, divisor: bigint): bigint | undefined {
  return value % divisor === 0n ? value / divisor : undefined;
}
