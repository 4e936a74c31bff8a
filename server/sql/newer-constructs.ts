import type { NodeBase } from './ast.ts';

/** A construct that came with a release later than 468. */
export interface NewerConstruct {
  /** The kind of its node. */
  readonly kind: string;
  /** What it is called in a sentence. */
  readonly name: string;
  /** The release whose notes name it, or whose parser is the first of those asked that accepts it. */
  readonly since: number;
  readonly applies: (node: NodeBase, text: string) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function construct(
  kind: string,
  name: string,
  since: number,
  test: (fields: Fields) => boolean = always,
): NewerConstruct {
  return { kind, name, since, applies: node => test(node as unknown as Fields) };
}

function always(): boolean {
  return true;
}

/** Whether a field of the node is set: neither null nor false nor an empty list. */
function has(field: string): (fields: Fields) => boolean {
  return fields => {
    const value = fields[field];
    return Array.isArray(value) ? value.length > 0 : value !== null && value !== false && value !== undefined;
  };
}

function is(field: string, ...values: readonly unknown[]): (fields: Fields) => boolean {
  return fields => values.includes(fields[field]);
}

/** A predicate whose left side is missing, in CASE. */
function isBare(fields: Fields): boolean {
  const condition = fields['condition'] as Fields;
  return condition['left'] === null || condition['value'] === null;
}

function hasNamedArgument(fields: Fields): boolean {
  return (fields['args'] as readonly Fields[]).some(argument => argument['name'] !== null);
}

function hasFieldName(fields: Fields): boolean {
  return (fields['fields'] as readonly Fields[]).some(field => field['name'] !== null);
}

/** The newest constructs of the language, by the kind of the node that shows them. */
export const NEWER_CONSTRUCTS: readonly NewerConstruct[] = [
  construct('AddColumn', 'The place of a new column', 469, has('position')),
  construct('QueryStatement', 'WITH SESSION', 471, has('session')),
  construct('SetOperator', 'CORRESPONDING', 475, has('isCorresponding')),
  construct('GroupingAuto', 'GROUP BY AUTO', 475),
  construct('CreateBranch', 'CREATE BRANCH', 477),
  construct('FastForwardBranch', 'ALTER BRANCH', 477),
  construct('Drop', 'DROP BRANCH', 477, is('object', 'BRANCH')),
  construct('Show', 'SHOW BRANCHES', 477, is('what', 'BRANCHES')),
  construct('TargetTable', 'A branch of a table', 477, has('branch')),
  construct('GrantObject', 'A branch in GRANT, DENY and REVOKE', 477, has('branch')),
  construct('Privilege', 'The privilege CREATE BRANCH', 477, is('name', 'CREATE BRANCH')),
  construct('ColumnDefinition', 'A default of a column', 477, has('defaultValue')),
  construct('RefreshView', 'ALTER VIEW … REFRESH', 477),
  construct(
    'AlterColumn',
    'Changing the default of a column',
    479,
    is('action', 'SET DEFAULT', 'DROP DEFAULT'),
  ),
  construct('RowConstructor', 'Naming the fields of a row', 479, hasFieldName),
  construct('Between', 'BETWEEN SYMMETRIC', 482, has('isSymmetric')),
  construct('IsPredicate', 'IS TRUE, IS FALSE and IS UNKNOWN', 482, is('test', 'TRUE', 'FALSE', 'UNKNOWN')),
  construct('Overlay', 'OVERLAY with PLACING', 482),
  construct('Nearest', 'NEAREST', 482),
  construct('FunctionCall', 'A named argument of a function', 482, hasNamedArgument),
  construct('MethodCall', 'Calling a method', 482),
  construct('StaticMethodCall', 'Calling a static method', 482),
  construct('IntervalUnit', 'The precision of an interval', 482, has('precision')),
  construct('MatchPredicate', 'MATCH', 482),
  construct('Unique', 'UNIQUE', 482),
  construct('WhenBranch', 'A predicate without its left side in CASE', 482, isBare),
  construct('DescribeQuery', 'DESCRIBE OUTPUT of a query', 482),
  construct('CreateMaterializedView', 'WHEN STALE', 482, has('whenStale')),
  construct('AtTimeZone', 'AT LOCAL', 482, is('zone', null)),
  construct('Overlaps', 'OVERLAPS', 483),
  construct('Pivot', 'PIVOT', 483),
];
