const SMALLEST_REFUSED = 1n << 63n;

/** Why an integer's text is refused, or undefined. Behind a minus the range reaches one further. */
export function integerProblem(text: string, isNegative: boolean): string | undefined {
  const value = BigInt(text.replaceAll('_', ''));
  if (value < SMALLEST_REFUSED || (isNegative && value === SMALLEST_REFUSED)) return undefined;
  return `The number ${text} does not fit into 64 bits. Write it as a decimal, such as DECIMAL '${value}'.`;
}

/** Why the escapes of a `U&'…'` string are refused, or undefined. */
export function unicodeProblem(value: string, escape: string): string | undefined {
  if (escape.length !== 1 || /[0-9A-Fa-f+'"\s]/.test(escape) || escape < ' ' || escape > '~') {
    return 'The escape character must be one printable character that is no hexadecimal digit, plus sign, quote or space.';
  }
  for (let at = value.indexOf(escape); at >= 0;) {
    if (value.charAt(at + 1) === escape) {
      at = value.indexOf(escape, at + 2);
      continue;
    }
    const isLong = value.charAt(at + 1) === '+';
    const digits = isLong ? value.slice(at + 2, at + 8) : value.slice(at + 1, at + 5);
    const problem = codePointProblem(digits, isLong ? 6 : 4);
    if (problem !== undefined) return problem;
    at = value.indexOf(escape, at + 1 + digits.length);
  }
  return undefined;
}

function codePointProblem(digits: string, length: number): string | undefined {
  if (digits.length < length) return `The Unicode escape ${digits} needs ${length} hexadecimal digits.`;
  if (!/^[0-9A-Fa-f]+$/.test(digits))
    return `The Unicode escape ${digits} holds something that is no hexadecimal digit.`;
  const code = Number.parseInt(digits, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || isSurrogate ? `The Unicode escape ${digits} names no character.` : undefined;
}
