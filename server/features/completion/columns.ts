import type { Column, ScopeRelation } from '../../semantics/model.ts';
import { fieldOf, type SqlType, typeText } from '../../semantics/sql-type.ts';
import type { NodeBase } from '../../sql/index.ts';
import { spellName } from '../sql-names.ts';
import { columnPreferences, type ColumnPreference } from './column-ranking.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, scopesOutwards, type Site } from './site.ts';

const OUTER_SCOPE_STEP = 150;

/** Columns and relations that can be named without a qualifier. */
export function proposeColumns(site: Site): Proposal[] {
  const prefer = columnPreferences(site);
  const proposals = new Map<string, Proposal>();
  const add = (proposal: Proposal): void => {
    const key = `${proposal.kind === 'alias' ? 'alias' : 'column'} ${proposal.label.toLowerCase()}`;
    const known = proposals.get(key);
    if (known === undefined || known.rank < proposal.rank) proposals.set(key, proposal);
  };
  let depth = 0;
  for (const scope of scopesOutwards(site)) {
    const penalty = depth * OUTER_SCOPE_STEP;
    for (const column of scope.names.values()) add(nameProposal(column, prefer, penalty));
    for (const relation of scope.relations) {
      for (const column of relation.columns) {
        if (column.name !== '') add(columnProposal({ column, relation, prefer, penalty }));
      }
      const alias = aliasProposal({ site, relation, prefer, penalty });
      if (alias !== undefined) add(alias);
    }
    if (scope.relations.length > 0) depth++;
  }
  qualifyAmbiguous(site, proposals);
  return [...proposals.values()];
}

interface ColumnContext {
  readonly column: Column;
  readonly relation: ScopeRelation;
  readonly prefer: ColumnPreference;
  readonly penalty: number;
}

function columnProposal({ column, relation, prefer, penalty }: ColumnContext): Proposal {
  const hidden = column.isHidden === true ? 300 : 0;
  return {
    label: column.name,
    kind: 'column',
    insertText: spellName(column.name),
    detail: columnDetail(column, relation.name),
    ...(column.symbol.comment === undefined ? {} : { documentation: column.symbol.comment }),
    rank: RANK.column + prefer(column, relation) - penalty - hidden,
  };
}

function columnDetail(column: Column, owner: string | null): string {
  const type = column.type.base === '' ? '' : typeText(column.type);
  return owner === null ? type : `${type}  ${owner}`.trim();
}

/** Output columns in ORDER BY, lambda parameters, variables of routines. */
function nameProposal(column: Column, prefer: ColumnPreference, penalty: number): Proposal {
  const isVariable = column.symbol.kind !== 'columnAlias' && column.symbol.kind !== 'column';
  return {
    label: column.name,
    kind: isVariable ? 'variable' : 'column',
    insertText: spellName(column.name),
    detail: columnDetail(column, null),
    rank: RANK.column + 60 + prefer(column, undefined) - penalty,
  };
}

interface AliasContext {
  readonly site: Site;
  readonly relation: ScopeRelation;
  readonly prefer: ColumnPreference;
  readonly penalty: number;
}

/** A relation as a qualifier. Where the statement qualifies its columns it stands above them, by its best column. */
function aliasProposal({ site, relation, prefer, penalty }: AliasContext): Proposal | undefined {
  const { name } = relation;
  if (name === null) return undefined;
  const likeness = site.likeness.get(name.toLowerCase()) ?? 0;
  const best = likeness + Math.max(0, ...relation.columns.map(column => prefer(column, relation)));
  const isHabit = new RegExp(String.raw`(?<![\w"])"?${escapeRegExp(name)}"?\s*\.`, 'i').test(site.caret.text);
  const rank = isHabit ? RANK.column + best + 45 : RANK.alias + best / 2;
  const table = relation.symbol.table;
  return {
    label: name,
    kind: 'alias',
    insertText: spellName(name),
    detail: table === undefined ? 'relation' : `${table.schema}.${table.table}`,
    rank: rank - penalty,
  };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A column that several relations have is offered with each qualifier too. */
function qualifyAmbiguous(site: Site, proposals: Map<string, Proposal>): void {
  const scopes = scopesOutwards(site).filter(scope => scope.relations.length > 0);
  const owners = new Map<string, { name: string; depth: number }[]>();
  scopes.forEach((scope, depth) => {
    for (const { name, columns } of scope.relations) {
      for (const column of columns) {
        const key = column.name.toLowerCase();
        if (name === null || scope.merged.has(key)) continue;
        owners.set(key, [...(owners.get(key) ?? []), { name, depth }]);
      }
    }
  });
  for (const [key, relations] of owners) {
    const proposal = proposals.get(`column ${key}`);
    if (relations.length < 2 || proposal === undefined) continue;
    for (const { name, depth } of relations) {
      const text = `${spellName(name)}.${proposal.insertText}`;
      const rank = proposal.rank - 5 - depth * 20;
      proposals.set(`column ${text}`, {
        ...proposal,
        label: text,
        insertText: text,
        filterText: proposal.label,
        rank,
      });
    }
    const isAmbiguous = relations.filter(({ depth }) => depth === 0).length > 1;
    if (isAmbiguous) proposals.set(`column ${key}`, { ...proposal, rank: proposal.rank - 40 });
  }
}

/** What may stand behind `a.` or `a.b.`: columns of the relation, fields of the row. */
export function proposeMembers(site: Site): Proposal[] {
  if (site.caret.path.length === 0) return proposeFieldsOfValue(site);
  const path = site.caret.path.map(part => part.toLowerCase());
  const prefer = columnPreferences(site);
  for (const scope of scopesOutwards(site)) {
    const relation = scope.relations.find(item => matches(item.path, path));
    if (relation !== undefined) {
      const named = relation.columns.filter(column => column.name !== '');
      return [...named.map(column => columnProposal({ column, relation, prefer, penalty: 0 })), STAR];
    }
    const fields = fieldsOf(scope.relations, scope.names, path);
    if (fields !== undefined) return fieldProposals(fields);
  }
  return [];
}

/** The fields of a value that is no plain name: `items[1].`. */
function proposeFieldsOfValue(site: Site): Proposal[] {
  const node = nodeAround(site, 'Dereference') as (NodeBase & { readonly base: NodeBase }) | undefined;
  const type = node === undefined ? undefined : site.analysis.types.get(node.base);
  return type === undefined ? [] : fieldProposals(type);
}

const STAR: Proposal = {
  label: '*',
  kind: 'keyword',
  insertText: '*',
  detail: 'all columns',
  rank: RANK.other,
};

/** Whether a name ends with what was written. */
function matches(name: readonly string[], written: readonly string[]): boolean {
  const from = name.length - written.length;
  return written.length > 0 && from >= 0 && written.every((part, i) => name[from + i] === part);
}

function fieldsOf(
  relations: readonly ScopeRelation[],
  names: ReadonlyMap<string, Column>,
  path: readonly string[],
): SqlType | undefined {
  const [first = '', ...rest] = path;
  const own = names.get(first);
  if (own !== undefined) return descend(own.type, rest);
  for (const relation of relations) {
    const named = matches(relation.path, [first]);
    const column = relation.columns.find(item => item.name.toLowerCase() === (named ? rest[0] : first));
    const type = column === undefined ? undefined : descend(column.type, named ? rest.slice(1) : rest);
    if (type !== undefined) return type;
  }
  return undefined;
}

function descend(type: SqlType, path: readonly string[]): SqlType | undefined {
  let at: SqlType | undefined = type;
  for (const part of path) at = at === undefined ? undefined : fieldOf(at, part)?.type;
  return at?.fields === undefined ? undefined : at;
}

function fieldProposals(type: SqlType): Proposal[] {
  return (type.fields ?? [])
    .filter(field => field.name !== '')
    .map((field, i) => ({
      label: field.name,
      kind: 'field',
      insertText: spellName(field.name),
      detail: typeText(field.type),
      rank: RANK.column - i / 100,
    }));
}
