import { canCoerce } from '../../semantics/coercion.ts';
import type { PastJoin } from '../../script/past-joins.ts';
import type { Column, ScopeRelation } from '../../semantics/model.ts';
import type { Join } from '../../sql/index.ts';
import { spellName } from '../sql-names.ts';
import { CARET_NAME } from './caret.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, scopesOutwards, type Site } from './site.ts';

const MOST_CONDITIONS = 5;

/**
 * Whole conditions for `JOIN … ON |`: those by which other statements join the same tables, then columns of both sides that
 * are named alike and have types that compare.
 */
export function proposeJoinConditions(site: Site, past: () => readonly PastJoin[]): Proposal[] {
  const join = nodeAround(site, 'Join') as Join | undefined;
  const on = join?.on;
  if (on?.kind !== 'ColumnReference' || on.name.name !== CARET_NAME) return [];
  const relations = scopesOutwards(site).find(scope => scope.relations.length > 1)?.relations ?? [];
  const right = relations.at(-1);
  if (right === undefined) return [];
  const joins = past();
  const pairs = relations
    .slice(0, -1)
    .flatMap(left => [...seenBefore(left, right, joins), ...pairsOf(left, right)]);
  const best = new Map<string, number>();
  for (const { text, score } of pairs) best.set(text, Math.max(score, best.get(text) ?? 0));
  return [...best]
    .map(([text, score]) => ({ text, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_CONDITIONS)
    .map(({ text, score }, i) => ({
      label: text,
      kind: 'snippet',
      insertText: text,
      detail: 'join condition',
      rank: RANK.expectedColumn + 100 + score - i,
    }));
}

interface Pair {
  readonly text: string;
  readonly score: number;
}

/** More than any likeness of names: somebody has written it. */
const SEEN_SCORE = 100;

function seenBefore(left: ScopeRelation, right: ScopeRelation, joins: readonly PastJoin[]): Pair[] {
  const [first, second] = [tableName(left), tableName(right)];
  const counts = new Map<string, number>();
  for (const { tables, columns } of joins) {
    const isTurned = tables[0] !== first || tables[1] !== second;
    if (isTurned && (tables[0] !== second || tables[1] !== first)) continue;
    const terms = columns.map(([a, b]) => {
      const [own, other] = isTurned ? [b, a] : [a, b];
      return `${columnText(left, own)} = ${columnText(right, other)}`;
    });
    const text = terms.join(' AND ');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => ({ text, score: SEEN_SCORE + Math.min(count, 20) }));
}

function tableName({ symbol, name }: ScopeRelation): string {
  return (symbol.table?.table ?? name ?? '').toLowerCase();
}

function columnText(relation: ScopeRelation, column: string): string {
  const name = spellName(column);
  return relation.name === null ? name : `${spellName(relation.name)}.${name}`;
}

function pairsOf(left: ScopeRelation, right: ScopeRelation): Pair[] {
  const pairs: Pair[] = [];
  for (const a of visible(left)) {
    for (const b of visible(right)) {
      const score = likeness(a, b, { left, right });
      if (score > 0)
        pairs.push({ text: `${columnText(left, a.name)} = ${columnText(right, b.name)}`, score });
    }
  }
  return pairs;
}

function visible({ columns }: ScopeRelation): readonly Column[] {
  return columns.filter(column => column.isHidden !== true && column.name !== '');
}

/** 0 when nothing speaks for joining by these two. Keys are named alike; other equal names seldom join. */
function likeness(
  a: Column,
  b: Column,
  { left, right }: { readonly left: ScopeRelation; readonly right: ScopeRelation },
): number {
  if (!canCoerce(a.type, b.type) && !canCoerce(b.type, a.type)) return 0;
  const [first, second] = [a.name.toLowerCase(), b.name.toLowerCase()];
  // `customer_id` of one table and `id` of the table named customer.
  if (second === 'id' && first === `${singular(right)}_id`) return 80;
  if (first === 'id' && second === `${singular(left)}_id`) return 80;
  if (!KEY.test(first) || !KEY.test(second)) return first === second ? 20 : 0;
  if (first === second) return first === 'id' ? 15 : 60;
  const [tailA, tailB] = [tail(first), tail(second)];
  if (GENERIC.test(tailA) || GENERIC.test(tailB)) return 0;
  if (tailA === tailB) return 50;
  return tailA.endsWith(tailB) || tailB.endsWith(tailA) ? 30 : 0;
}

const KEY = /(?:id|key|_sk|code|sku)$/;
/** What is left of a name without its prefix and says nothing. */
const GENERIC = /^(?:id|key|sk|code)$/;

function tail(name: string): string {
  return name.slice(name.indexOf('_') + 1);
}

function singular(relation: ScopeRelation): string {
  return tableName(relation).replace(/s$/, '');
}
