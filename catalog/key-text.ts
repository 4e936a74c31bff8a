/** A text that is no key: the message says how one is written. */
export class KeyTextError extends Error {
  override readonly name = 'KeyTextError';
}

/** A key as people write it: levels joined by dots, a level that holds a dot, a quote or a space in double quotes. */
export function keyToText(key: readonly string[]): string {
  return key.map(part => (/^[^."\s]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
}

/** Reads what {@link keyToText} writes. Throws KeyTextError for a quote that does not end or an empty level. */
export function parseKeyText(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^".]+))(\.|$)/.exec(rest);
    if (match === null)
      throw new KeyTextError(
        `'${text}' is no name: write namespace.table, and a part with dots in double quotes.`,
      );
    parts.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    rest = rest.slice(match[0].length);
    if (match[3] !== '.') return parts;
  }
}
