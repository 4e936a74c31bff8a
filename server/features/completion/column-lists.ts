import type { Column, ScopeRelation } from '../../semantics/model.ts';
import { lookupTable, tableColumn, tablePath } from '../../semantics/tables.ts';
import { typeText } from '../../semantics/sql-type.ts';
import type { Identifier, Insert, Join, Merge, QualifiedName, Statement, Update } from '../../sql/index.ts';
import { spellName } from '../sql-names.ts';
import { CARET_NAME } from './caret.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, scopesOutwards, type Site } from './site.ts';

/**
 * Columns where only the columns of one table can stand: the list of INSERT, the left side of SET, USING, ALTER TABLE.
 * Undefined elsewhere.
 */
export function proposeListedColumns(site: Site): Proposal[] | undefined {
  const target = listTarget(site.caret.statement);
  const using = usingColumns(site);
  if (using !== undefined) return using;
  if (target === undefined) return undefined;
  const columns = columnsOf(site, target.table);
  const present = new Set(target.names.map(name => name.name.toLowerCase()));
  const open = columns.filter(column => !present.has(column.name.toLowerCase()));
  const proposals = open.map((column, i) => proposal(column, i));
  const isEmpty = target.isList && target.names.every(name => name.name === CARET_NAME);
  if (isEmpty && open.length > 1) proposals.unshift(allColumns(open));
  return proposals;
}

interface ListTarget {
  readonly table: QualifiedName;
  /** The names that stand in the list, the one at the caret included. */
  readonly names: readonly Identifier[];
  /** Whether the list wants every column. */
  readonly isList: boolean;
}

function listTarget(statement: Statement): ListTarget | undefined {
  switch (statement.kind) {
    case 'Insert':
      return holdsCaret(statement.columns) ? insertTarget(statement) : undefined;
    case 'Update':
      return updateTarget(statement);
    case 'Merge':
      return mergeTarget(statement);
    case 'DropColumn':
    case 'RenameColumn':
    case 'AlterColumn':
      return holdsCaret(statement.column.parts.slice(0, 1))
        ? { table: statement.table, names: [], isList: false }
        : undefined;
    case 'AddColumn':
      return statement.after?.name === CARET_NAME
        ? { table: statement.table, names: [], isList: false }
        : undefined;
    case 'Comment':
      return statement.object === 'COLUMN' ? commentTarget(statement.name) : undefined;
    case 'Explain':
    case 'Prepare':
      return listTarget(statement.statement);
    default:
      return undefined;
  }
}

function commentTarget(name: QualifiedName): ListTarget | undefined {
  const parts = name.parts.slice(0, -1);
  if (parts.length === 0 || name.parts.at(-1)?.name !== CARET_NAME) return undefined;
  return { table: { ...name, parts }, names: [], isList: false };
}

function insertTarget({ target, columns }: Insert): ListTarget {
  return { table: target.name, names: columns, isList: true };
}

function updateTarget({ target, assignments }: Update): ListTarget | undefined {
  const names = assignments.map(assignment => assignment.column);
  return holdsCaret(names) ? { table: target.name, names, isList: false } : undefined;
}

function mergeTarget({ target, cases }: Merge): ListTarget | undefined {
  for (const part of cases) {
    const names = part.assignments.map(assignment => assignment.column);
    if (holdsCaret(names)) return { table: target.name, names, isList: false };
    if (holdsCaret(part.columns)) return { table: target.name, names: part.columns, isList: true };
  }
  return undefined;
}

function holdsCaret(names: readonly Identifier[]): boolean {
  return names.some(name => name.name === CARET_NAME);
}

/** The columns of a table as the catalog or the document knows them. */
export function columnsOf(site: Pick<Site, 'environment'>, table: QualifiedName): Column[] {
  const path = tablePath(table, site.environment);
  const found = path === undefined ? undefined : lookupTable(site.environment, path);
  const details = found?.state === 'present' ? found.details : undefined;
  return (details?.columns ?? []).map(column => tableColumn(column, path));
}

function usingColumns(site: Site): Proposal[] | undefined {
  const join = nodeAround(site, 'Join') as Join | undefined;
  if (join === undefined || !holdsCaret(join.using)) return undefined;
  const relations = scopesOutwards(site).find(scope => scope.relations.length > 0)?.relations ?? [];
  const shared = sharedColumns(relations);
  return shared.map((column, i) => proposal(column, i));
}

/** What the last relation has in common with one before it. */
function sharedColumns(relations: readonly ScopeRelation[]): readonly Column[] {
  const last = relations.at(-1);
  const before = new Set(
    relations.slice(0, -1).flatMap(relation => relation.columns.map(column => column.name.toLowerCase())),
  );
  return last?.columns.filter(column => before.has(column.name.toLowerCase())) ?? [];
}

function proposal(column: Column, index: number): Proposal {
  return {
    label: column.name,
    kind: 'column',
    insertText: spellName(column.name),
    detail: typeText(column.type),
    ...(column.symbol.comment === undefined ? {} : { documentation: column.symbol.comment }),
    rank: RANK.expectedColumn - index / 100,
  };
}

function allColumns(columns: readonly Column[]): Proposal {
  return {
    label: 'all columns',
    kind: 'snippet',
    insertText: columns.map(column => spellName(column.name)).join(', '),
    detail: `${columns.length} columns`,
    rank: RANK.expectedColumn + 1,
  };
}
