import { walkTree } from '../semantics/tree.ts';
import type { Expression, Join, NodeBase, ParsedStatement, QualifiedName, Select } from '../sql/index.ts';
import type { Script } from './script.ts';

/** Two tables that a statement joins, by the last parts of their names in lower case, and the columns it joins them by. */
export interface PastJoin {
  readonly tables: readonly [string, string];
  /** Columns of the first table and of the second one, as they are written. */
  readonly columns: readonly (readonly [string, string])[];
}

/** How many statements on each side of the one being written are looked at. */
const STATEMENTS_AROUND = 200;

/** How the other statements of a script, and other scripts, join tables; the nearest come first. */
export function pastJoins(script: Script, index: number, others: readonly Script[] = []): PastJoin[] {
  const near = script.statements
    .map((statement, i) => ({ parsed: statement.parsed, distance: Math.abs(i - index) }))
    .filter(({ distance }) => distance > 0 && distance <= STATEMENTS_AROUND)
    .sort((a, b) => a.distance - b.distance);
  const elsewhere = others
    .filter(other => other !== script)
    .flatMap(other => other.statements.slice(0, STATEMENTS_AROUND));
  return [...near, ...elsewhere].flatMap(({ parsed }) => joinsOf(parsed));
}

const known = new WeakMap<ParsedStatement, readonly PastJoin[]>();

function joinsOf(parsed: ParsedStatement): readonly PastJoin[] {
  let found = known.get(parsed);
  if (found === undefined)
    known.set(parsed, (found = /\bjoin\b/i.test(parsed.text) ? readJoins(parsed) : []));
  return found;
}

function readJoins({ statement }: ParsedStatement): PastJoin[] {
  const joins: PastJoin[] = [];
  walkTree(statement, node => {
    if (node.kind === 'Select') joins.push(...joinsOfSelect(node as Select));
    return true;
  });
  return joins;
}

function joinsOfSelect({ from }: Select): PastJoin[] {
  const tables = new Map<string, string>();
  const conditions: Expression[] = [];
  for (const relation of from) {
    walkTree(relation, node => {
      if (node.kind === 'Query') return false;
      if (node.kind === 'Join') {
        const { on } = node as Join;
        if (on !== null) conditions.push(on);
      }
      noteTable(node, tables);
      return true;
    });
  }
  return conditions.flatMap(condition => readCondition(condition, tables) ?? []);
}

type Aliased = NodeBase & {
  readonly alias: { readonly name: string };
  readonly relation: NodeBase & { readonly name?: QualifiedName };
};

/** A table goes by its alias or by its own name. */
function noteTable(node: NodeBase, tables: Map<string, string>): void {
  if (node.kind === 'TableReference') {
    const name = lastPart((node as NodeBase & { readonly name: QualifiedName }).name);
    if (!tables.has(name)) tables.set(name, name);
  } else if (node.kind === 'AliasedRelation') {
    const { alias, relation } = node as Aliased;
    if (relation.kind === 'TableReference' && relation.name !== undefined)
      tables.set(alias.name.toLowerCase(), lastPart(relation.name));
  }
}

function lastPart({ parts }: QualifiedName): string {
  return parts.at(-1)?.name.toLowerCase() ?? '';
}

/** Equalities between columns of the same two tables, joined by AND; undefined for any other condition. */
function readCondition(condition: Expression, tables: ReadonlyMap<string, string>): PastJoin | undefined {
  const terms =
    condition.kind === 'Logical' && condition.operator === 'AND' ? condition.operands : [condition];
  let pair: readonly [string, string] | undefined;
  const columns: [string, string][] = [];
  for (const term of terms) {
    if (term.kind !== 'Comparison' || term.operator !== '=') return undefined;
    const [left, right] = [readColumn(term.left, tables), readColumn(term.right, tables)];
    if (left === undefined || right === undefined) return undefined;
    pair ??= [left.table, right.table];
    if (left.table === pair[0] && right.table === pair[1]) columns.push([left.column, right.column]);
    else if (right.table === pair[0] && left.table === pair[1]) columns.push([right.column, left.column]);
    else return undefined;
  }
  return pair === undefined ? undefined : { tables: pair, columns };
}

function readColumn(
  node: Expression | null,
  tables: ReadonlyMap<string, string>,
): { readonly table: string; readonly column: string } | undefined {
  if (node?.kind !== 'Dereference' || node.base.kind !== 'ColumnReference') return undefined;
  const table = tables.get(node.base.name.name.toLowerCase());
  return table === undefined ? undefined : { table, column: node.field.name };
}
