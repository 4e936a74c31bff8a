/** A seeded source of numbers, so that every run of a benchmark or fuzz test sees the same input. */
export interface Random {
  /** A double from 0 to below 1. */
  next: () => number;
  /** An integer from 0 to below `limit`. */
  below: (limit: number) => number;
  /** One of the items, which must not be empty. */
  pick: <Item>(items: readonly Item[]) => Item;
}

/** Tommy Ettinger's mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: items => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
  };
}
