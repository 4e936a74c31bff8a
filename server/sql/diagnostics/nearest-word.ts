/** The word that differs from `word` by the fewest typing errors; undefined when all differ by too many, or by none. */
export function nearestWord<Word extends string>(word: string, words: readonly Word[]): Word | undefined {
  const limit = word.length <= 3 ? 1 : 2;
  let nearest: Word | undefined;
  let least = limit + 1;
  for (const candidate of words) {
    if (candidate === word) return undefined;
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = typingErrors(word, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** How many insertions, deletions, replacements and exchanges of neighbours make one word of the other. */
export function typingErrors(from: string, to: string): number {
  const width = to.length + 1;
  const cost = new Uint16Array((from.length + 1) * width);
  for (let i = 0; i <= from.length; i++) {
    for (let k = 0; k <= to.length; k++) cost[i * width + k] = stepCost(cost, { from, to, i, k, width });
  }
  return cost[from.length * width + to.length] ?? 0;
}

interface Step {
  readonly from: string;
  readonly to: string;
  readonly i: number;
  readonly k: number;
  readonly width: number;
}

function stepCost(cost: Uint16Array, { from, to, i, k, width }: Step): number {
  if (i === 0) return k;
  if (k === 0) return i;
  const at = i * width + k;
  const isSame = from[i - 1] === to[k - 1];
  const replaced = (cost[at - width - 1] ?? 0) + (isSame ? 0 : 1);
  let best = Math.min(replaced, (cost[at - width] ?? 0) + 1, (cost[at - 1] ?? 0) + 1);
  const isExchange = i > 1 && k > 1 && from[i - 1] === to[k - 2] && from[i - 2] === to[k - 1];
  if (isExchange) best = Math.min(best, (cost[at - 2 * width - 2] ?? 0) + 1);
  return best;
}
