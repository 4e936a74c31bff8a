import { NON_RESERVED_WORDS, RESERVED_WORDS } from './keyword-words.ts';

/** A word of Trino's SQL, in upper case. */
export type Keyword = (typeof RESERVED_WORDS)[number] | (typeof NON_RESERVED_WORDS)[number];

/** Every keyword; its index is its id. Id 0 is no keyword. */
export const KEYWORDS: readonly (Keyword | '')[] = ['', ...RESERVED_WORDS, ...NON_RESERVED_WORDS];

/** The id of every keyword by its name: `K.SELECT`. */
export const K: { readonly [Word in Keyword]: number } = indexKeywords();

/** Reserved words stand first in the table, so that one comparison tells a name from a reserved word. */
export const LAST_RESERVED_ID = RESERVED_WORDS.length;

/** Whether a word with this keyword id can be a name without quotes. */
export function isNameKeyword(id: number): boolean {
  return id === 0 || id > LAST_RESERVED_ID;
}

/** Whether this word, in any case, must be quoted to be a name. */
export function isReservedWord(word: string): boolean {
  const id = keywordId(word, 0, word.length);
  return id !== 0 && id <= LAST_RESERVED_ID;
}

const TABLE_SIZE = 2048;
const LONGEST_KEYWORD = Math.max(...KEYWORDS.map(word => word.length));
const slots = buildSlots();

/** The id of the keyword that stands in `text` from `start` to `end` in any case, 0 when it is none; allocates nothing. */
export function keywordId(text: string, start: number, end: number): number {
  const length = end - start;
  if (length < 2 || length > LONGEST_KEYWORD) return 0;
  let slot = hashWord(text, start, end);
  for (;;) {
    const id = slots[slot] ?? 0;
    if (id === 0 || isSameWord(KEYWORDS[id] ?? '', text, start, length)) return id;
    slot = (slot + 1) & (TABLE_SIZE - 1);
  }
}

function indexKeywords(): { readonly [Word in Keyword]: number } {
  return Object.fromEntries(KEYWORDS.map((word, id) => [word, id])) as { [Word in Keyword]: number };
}

function buildSlots(): Uint16Array {
  const table = new Uint16Array(TABLE_SIZE);
  KEYWORDS.forEach((word, id) => {
    if (id === 0) return;
    let slot = hashWord(word, 0, word.length);
    while (table[slot] !== 0) slot = (slot + 1) & (TABLE_SIZE - 1);
    table[slot] = id;
  });
  return table;
}

function hashWord(text: string, start: number, end: number): number {
  // Clearing bit 5 folds the case of letters; digits and "_" only need to be folded the same way each time.
  const length = end - start;
  const first = text.charCodeAt(start) & 0xdf;
  const second = text.charCodeAt(start + 1) & 0xdf;
  const middle = text.charCodeAt(start + (length >> 1)) & 0xdf;
  const last = text.charCodeAt(end - 1) & 0xdf;
  return (first * 31 + second * 7 + middle * 131 + last * 521 + length * 1031) & (TABLE_SIZE - 1);
}

function isSameWord(word: string, text: string, start: number, length: number): boolean {
  if (word.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const expected = word.charCodeAt(i);
    const actual = text.charCodeAt(start + i);
    const isLetter = expected >= 65 && expected <= 90;
    if (actual !== expected && !(isLetter && actual === expected + 32)) return false;
  }
  return true;
}
