const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Sorts row numbers by keys of one or more unsigned 32-bit words, most significant word first. Stable: rows with equal
 * keys stay in the order they came in. `words[w][row]` is a word of a row's key; `order` holds the rows and is changed.
 */
export function radixSort(order: Uint32Array, words: readonly Uint32Array[]): Uint32Array {
  if (order.length < DIGITS / 16) return comparisonSort(order, words);
  let from = order;
  let to: Uint32Array = new Uint32Array(order.length);
  const counts = new Uint32Array(DIGITS);
  for (const word of words.toReversed()) {
    for (const shift of [0, DIGIT_BITS]) {
      if (!sortByDigit({ from, to, word, shift, counts })) continue;
      [from, to] = [to, from];
    }
  }
  if (from !== order) order.set(from);
  return order;
}

interface Pass {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly word: Uint32Array;
  readonly shift: number;
  readonly counts: Uint32Array;
}

/** One counting pass; false when every row has the same digit, so that nothing had to move. */
function sortByDigit({ from, to, word, shift, counts }: Pass): boolean {
  counts.fill(0);
  for (const row of from) {
    const digit = ((word[row] ?? 0) >>> shift) & (DIGITS - 1);
    counts[digit] = (counts[digit] ?? 0) + 1;
  }
  const first = ((word[from[0] ?? 0] ?? 0) >>> shift) & (DIGITS - 1);
  if (counts[first] === from.length) return false;
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = counts[digit] ?? 0;
    counts[digit] = sum;
    sum += count;
  }
  for (const row of from) {
    const digit = ((word[row] ?? 0) >>> shift) & (DIGITS - 1);
    const place = counts[digit] ?? 0;
    to[place] = row;
    counts[digit] = place + 1;
  }
  return true;
}

function comparisonSort(order: Uint32Array, words: readonly Uint32Array[]): Uint32Array {
  return order.sort((a, b) => {
    for (const word of words) {
      const difference = (word[a] ?? 0) - (word[b] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
