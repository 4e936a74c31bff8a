import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { ContentKey } from '../../catalog/nessie.ts';

/** Throws, in words for a person, where a table of this name and these columns cannot be made or could not be queried. */
export function checkNewTable(key: ContentKey, fields: readonly NestedField[]): void {
  if (key.length < 2) throw new Error('Name the namespace too: namespace.table.');
  for (const part of key) {
    // Control characters would be invisible in every list; Nessie refuses some of them.
    if (part === '' || hasControlCharacter(part))
      throw new Error(`${JSON.stringify(key.join('.'))} is no name for a table.`);
  }
  if (fields.length === 0) throw new Error('A table needs at least one column.');
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined)
      throw new Error(
        `The columns ${JSON.stringify(before)} and ${JSON.stringify(name)} differ only in case, and SQL could not tell them apart. Leave one out.`,
      );
    seen.set(name.toLowerCase(), name);
  }
}

function hasControlCharacter(text: string): boolean {
  return [...text].some(character => (character.codePointAt(0) ?? 0) < 32 || character === '\u007f');
}
