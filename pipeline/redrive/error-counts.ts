import { errorKind, type LetterPlace } from './selection.ts';

/** How many letters have errors of one kind, and the first of them. */
export interface ErrorCount {
  readonly error: string;
  readonly letters: number;
  readonly example: LetterPlace;
}

/** Kinds that are told apart; further ones are counted together. */
const MAX_KINDS = 1_000;
const OTHERS = 'other errors';

/** Counts errors by what they have in common. */
export interface ErrorCounter {
  add(letter: LetterPlace): void;
  /** The most frequent first. */
  counts(): ErrorCount[];
}

export function createErrorCounter(): ErrorCounter {
  const kinds = new Map<string, { letters: number; readonly example: LetterPlace }>();
  return {
    add: ({ topic, partition, offset, error }) => {
      const kind = errorKind(error);
      const name = kinds.has(kind) || kinds.size < MAX_KINDS ? kind : OTHERS;
      const known = kinds.get(name);
      if (known === undefined) kinds.set(name, { letters: 1, example: { topic, partition, offset, error } });
      else known.letters += 1;
    },
    counts: () =>
      [...kinds]
        .map(([error, { letters, example }]) => ({ error, letters, example }))
        .sort((a, b) => b.letters - a.letters),
  };
}

export function mergeErrorCounts(a: readonly ErrorCount[], b: readonly ErrorCount[]): ErrorCount[] {
  const merged = new Map(a.map(count => [count.error, count]));
  for (const count of b) {
    const known = merged.get(count.error);
    merged.set(
      count.error,
      known === undefined ? count : { ...known, letters: known.letters + count.letters },
    );
  }
  return [...merged.values()].sort((x, y) => y.letters - x.letters);
}
