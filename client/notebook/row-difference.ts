/** Rows as exact texts, null for NULL. */
type Row = readonly (string | null)[];

/** Two results side by side: the lines of both in the order of their keys, without the rows that are equal. */
export interface Difference {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly equal: number;
}

/**
 * Compares two sets of rows by key columns. Rows with the same key are paired in their order; what is left over on one
 * side was added or removed.
 */
export function compareRows(
  left: readonly Row[],
  right: readonly Row[],
  { keys }: { readonly keys: readonly number[] },
): Difference {
  const groups = new Map<string, { left: string[]; right: string[] }>();
  const sort = (rows: readonly Row[], side: 'left' | 'right'): void => {
    for (const row of rows) {
      const key = JSON.stringify(keys.map(index => row[index] ?? null));
      const group = groups.get(key) ?? { left: [], right: [] };
      group[side].push(lineOf(row));
      groups.set(key, group);
    }
  };
  sort(left, 'left');
  sort(right, 'right');
  const result = { left: [] as string[], right: [] as string[], added: 0, removed: 0, changed: 0, equal: 0 };
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key) ?? { left: [], right: [] };
    for (let i = 0; i < Math.max(group.left.length, group.right.length); i++) {
      const before = group.left[i];
      const after = group.right[i];
      if (before === after) {
        result.equal++;
        continue;
      }
      if (before !== undefined) result.left.push(before);
      if (after !== undefined) result.right.push(after);
      if (before === undefined) result.added++;
      else if (after === undefined) result.removed++;
      else result.changed++;
    }
  }
  return result;
}

function lineOf(row: Row): string {
  return row
    .map(cell => (cell === null ? 'NULL' : cell === '' ? '""' : cell.replaceAll(/[\r\n\t]/g, ' ')))
    .join('\t');
}
