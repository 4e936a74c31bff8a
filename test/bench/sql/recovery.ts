import { randomFrom } from '../random.ts';
import { BREAKAGES } from './breakages.ts';
import type { Subject } from './subject.ts';

export interface RecoveryFigures {
  readonly statements: number;
  readonly relations: number;
  /** By breakage: the share of the intact statement's relations that are found in the broken one. */
  readonly byBreakage: ReadonlyMap<string, number>;
  readonly worst: number;
  readonly misses: readonly { readonly breakage: string; readonly sql: string; readonly lost: string[] }[];
}

const SEED = 6;
/** The breakage with a random place is tried at several. */
const TRIES = 3;

/** How many relations of FROM clauses are still found in statements that are broken while being written. */
export function measureRecovery(subject: Subject, statements: readonly string[]): RecoveryFigures {
  const intact = statements.map(sql => ({ sql, relations: subject.relations(sql) }));
  const byBreakage = new Map<string, number>();
  const misses: { breakage: string; sql: string; lost: string[] }[] = [];
  for (const breakage of BREAKAGES) {
    const random = randomFrom(SEED);
    const sum = { found: 0, wanted: 0 };
    for (const { sql, relations } of intact) {
      for (let attempt = 0; attempt < (breakage.apply.length > 1 ? TRIES : 1); attempt++) {
        const broken = breakage.apply(sql, random);
        if (broken === undefined) continue;
        const lost = missing(relations, subject.relations(broken));
        sum.wanted += relations.length;
        sum.found += relations.length - lost.length;
        if (lost.length > 0) misses.push({ breakage: breakage.name, sql: broken, lost });
      }
    }
    byBreakage.set(breakage.name, sum.wanted === 0 ? 1 : sum.found / sum.wanted);
  }
  return {
    statements: statements.length,
    relations: intact.reduce((count, item) => count + item.relations.length, 0),
    byBreakage,
    worst: Math.min(...byBreakage.values()),
    misses,
  };
}

/** Those of `wanted` that `found` lacks; equal ones are counted one by one. */
function missing(wanted: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  return wanted.filter(name => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
