const CODE_A = 97;
const CODE_Z = 122;
const DIGIT_BIT = 26;
const SYMBOL_BIT = 27;

/** Which letters a name has, as bits: a name can match a pattern only if it has all of the pattern's bits. */
export function letterMask(name: string): number {
  let mask = 0;
  for (let i = 0; i < name.length; i++) mask |= bitOf(name.charCodeAt(i) | 0x20);
  return mask >>> 0;
}

/**
 * How well a name fits what was typed; 0 when it does not fit. The letters must occur in order; the beginning of the name,
 * the beginnings of its words and unbroken runs count more, and of two equal fits the shorter name is better.
 * @param pattern in lower case
 */
export function fuzzyScore(pattern: string, name: string): number {
  if (pattern === '') return 1;
  const lower = name.toLowerCase();
  if (lower === pattern) return 1000;
  if (lower.startsWith(pattern)) return 900 - Math.min(99, lower.length - pattern.length);
  const inside = lower.indexOf(pattern);
  if (inside > 0)
    return (isWordStart(lower, inside) ? 700 : 400) - Math.min(99, lower.length - pattern.length);
  return scatteredScore(pattern, lower);
}

function scatteredScore(pattern: string, name: string): number {
  let at = -1;
  let score = 100;
  for (let i = 0; i < pattern.length; i++) {
    const next = nextOccurrence(pattern[i] ?? '', name, at + 1);
    if (next < 0) return 0;
    if (next === at + 1) score += 10;
    else if (isWordStart(name, next)) score += 15;
    else score -= 5;
    at = next;
  }
  return Math.max(1, score - Math.min(50, name.length - pattern.length));
}

/** The next place of a letter, a word's beginning preferred. */
function nextOccurrence(letter: string, name: string, from: number): number {
  const first = name.indexOf(letter, from);
  if (first < 0 || first === from) return first;
  for (let i = first; i >= 0; i = name.indexOf(letter, i + 1)) if (isWordStart(name, i)) return i;
  return first;
}

function isWordStart(name: string, at: number): boolean {
  return at === 0 || bitOf(name.charCodeAt(at - 1) | 0x20) === 1 << SYMBOL_BIT;
}

function bitOf(code: number): number {
  if (code >= CODE_A && code <= CODE_Z) return 1 << (code - CODE_A);
  return code >= 48 && code <= 57 ? 1 << DIGIT_BIT : 1 << SYMBOL_BIT;
}

export interface Scored {
  readonly index: number;
  readonly score: number;
}

/** Keeps the best so many of what it is offered, without sorting the rest. */
export class BestMatches {
  private readonly heap: Scored[] = [];
  private readonly limit: number;
  /** Whether something was left out. */
  isCut = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  offer(index: number, score: number): void {
    const { heap } = this;
    if (heap.length < this.limit) {
      heap.push({ index, score });
      this.siftUp(heap.length - 1);
      return;
    }
    this.isCut = true;
    if (score <= (heap[0]?.score ?? 0)) return;
    heap[0] = { index, score };
    this.siftDown();
  }

  /** Best first; equal ones in the order of their indices. */
  sorted(): Scored[] {
    return [...this.heap].sort((a, b) => b.score - a.score || a.index - b.index);
  }

  private siftUp(start: number): void {
    const { heap } = this;
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if ((heap[parent]?.score ?? 0) <= (heap[at]?.score ?? 0)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private siftDown(): void {
    const { heap } = this;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const isRight = left + 1 < heap.length && (heap[left + 1]?.score ?? 0) < (heap[left]?.score ?? 0);
      const child = isRight ? left + 1 : left;
      if ((heap[at]?.score ?? 0) <= (heap[child]?.score ?? 0)) return;
      this.swap(at, child);
      at = child;
    }
  }

  private swap(a: number, b: number): void {
    const [left, right] = [this.heap[a], this.heap[b]];
    if (left === undefined || right === undefined) return;
    this.heap[a] = right;
    this.heap[b] = left;
  }
}
