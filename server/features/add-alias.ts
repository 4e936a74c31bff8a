import { nameParts } from '../semantics/expressions.ts';
import type { Analysis, Scope, ScopeRelation } from '../semantics/model.ts';
import { nodesAt, walkTree } from '../semantics/tree.ts';
import {
  type Dereference,
  isReservedWord,
  type NodeBase,
  type Span,
  type Star,
  type TableReference,
} from '../sql/index.ts';

export interface AliasEdits {
  readonly alias: string;
  /** Offsets of the statement. */
  readonly edits: readonly (Span & { readonly newText: string })[];
}

/** Gives the table at an offset of a FROM a short alias, which takes the place of its name wherever that stands before a dot. */
export function addAlias(statement: NodeBase, analysis: Analysis, offset: number): AliasEdits | undefined {
  const nodes = nodesAt(statement, offset);
  const table = nodes.findLast(node => node.kind === 'TableReference') as TableReference | undefined;
  const isNamed = nodes.some(node => node.kind === 'AliasedRelation' && hasAsRelation(node, table));
  if (table === undefined || isNamed) return undefined;
  const found = relationOf(analysis, table);
  if (found === undefined) return undefined;
  const { relation, scope } = found;
  const alias = freeAlias(relation.name ?? '', scope);
  const places = new Set(
    analysis.references.filter(({ symbol }) => symbol === relation.symbol).map(({ span }) => span.start),
  );
  const edits = [{ start: table.end, end: table.end, newText: ` ${alias}` }];
  walkTree(statement, node => {
    const base =
      node.kind === 'Dereference' || node.kind === 'Star' ? (node as Dereference | Star).base : null;
    const parts = base === null ? undefined : nameParts(base);
    const [first, last] = [parts?.[0], parts?.at(-1)];
    if (first === undefined || last === undefined || !places.has(last.start)) return true;
    edits.push({ start: first.start, end: last.end, newText: alias });
    return false;
  });
  return { alias, edits };
}

function hasAsRelation(node: NodeBase, table: TableReference | undefined): boolean {
  return (node as NodeBase & { readonly relation: NodeBase }).relation === table;
}

/** What the select around makes of a table of its FROM. */
function relationOf(
  analysis: Analysis,
  { start, end, name }: TableReference,
): { readonly relation: ScopeRelation; readonly scope: Scope } | undefined {
  const wanted = name.parts.at(-1)?.name.toLowerCase();
  const around = analysis.scopes
    .filter(({ clause, span }) => clause === 'select' && span.start <= start && span.end >= end)
    .sort((a, b) => b.span.start - a.span.start)[0];
  const relation = around?.scope.relations.find(
    item => item.name?.toLowerCase() === wanted && item.symbol.kind !== 'relationAlias',
  );
  return around === undefined || relation === undefined ? undefined : { relation, scope: around.scope };
}

/** `order_items` → `oi`; with a number behind it when that is taken. */
function freeAlias(name: string, scope: Scope): string {
  const initials = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map(word => word.slice(0, 1))
    .join('')
    .replace(/^[0-9]+/, '');
  const base = initials === '' ? 't' : initials;
  const taken = new Set<string>();
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const relation of at.relations) {
      taken.add(relation.name?.toLowerCase() ?? '');
      for (const column of relation.columns) taken.add(column.name.toLowerCase());
    }
  }
  let alias = base;
  for (let n = 2; taken.has(alias) || isReservedWord(alias); n++) alias = `${base}${n}`;
  return alias;
}
