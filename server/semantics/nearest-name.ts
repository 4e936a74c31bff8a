/** The name that was most likely meant; undefined when none is near. Letters left out, added, swapped or changed count. */
export function nearestName(
  wrong: string,
  names: Iterable<string>,
  limit = wrong.length <= 3 ? 1 : wrong.length <= 7 ? 2 : 3,
): string | undefined {
  const wanted = wrong.toLowerCase();
  let best: string | undefined;
  let least = limit + 1;
  for (const name of names) {
    if (name === '' || Math.abs(name.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, name.toLowerCase(), least);
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

/** Rows of distances, kept between calls because very many names are compared. */
let rows: [Uint16Array, Uint16Array, Uint16Array] = newRows(64);

function newRows(length: number): typeof rows {
  return [new Uint16Array(length), new Uint16Array(length), new Uint16Array(length)];
}

/** The Damerau distance of neighbouring swaps, or `limit` when it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (b.length >= rows[0].length) rows = newRows(b.length * 2);
  let [before, row, next] = rows;
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    const codeBefore = i > 1 ? a.charCodeAt(i - 2) : -1;
    next[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      const left = (next[j - 1] ?? 0) + 1;
      const above = (row[j] ?? 0) + 1;
      const across = (row[j - 1] ?? 0) + (code === other ? 0 : 1);
      let value = left < above ? left : above;
      if (across < value) value = across;
      if (j > 1 && code === b.charCodeAt(j - 2) && codeBefore === other) {
        value = Math.min(value, (before[j - 2] ?? 0) + 1);
      }
      next[j] = value;
      if (value < least) least = value;
    }
    if (least >= limit) return limit;
    [before, row, next] = [row, next, before];
  }
  return row[b.length] ?? limit;
}
