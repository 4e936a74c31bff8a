import type { NodeBase } from './ast.ts';
import { K } from './keywords.ts';
import type { Tokens } from './lexer.ts';
import { TokenKind } from './tokens.ts';

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

type Test = (fields: Fields, text: string) => boolean;

/** Makes the rules of a release. */
function since(release: number): (kind: string, name: string, test?: Test) => NewerConstruct {
  return (kind, name, test = always) => {
    return { kind, name, since: release, applies: (node, text) => test(node as unknown as Fields, text) };
  };
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

/** `[1, 2]` without ARRAY. */
function isBracketed(fields: Fields, text: string): boolean {
  return text.charAt(Number(fields['start'])) === '[';
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
  since(469)('AddColumn', 'The place of a new column', has('position')),
  since(470)('QueryStatement', 'WITH SESSION', has('session')),
  since(474)('ArrayConstructor', 'An array without the word ARRAY', isBracketed),
  since(475)('SetOperator', 'CORRESPONDING', has('isCorresponding')),
  since(475)('GroupingAuto', 'GROUP BY AUTO'),
  since(477)('CreateBranch', 'CREATE BRANCH'),
  since(477)('FastForwardBranch', 'ALTER BRANCH'),
  since(477)('Drop', 'DROP BRANCH', is('object', 'BRANCH')),
  since(477)('Show', 'SHOW BRANCHES', is('what', 'BRANCHES')),
  since(477)('TargetTable', 'A branch of a table', has('branch')),
  since(477)('GrantObject', 'A branch in GRANT, DENY and REVOKE', has('branch')),
  since(477)('Privilege', 'The privilege CREATE BRANCH', is('name', 'CREATE BRANCH')),
  since(477)('ColumnDefinition', 'A default of a column', has('defaultValue')),
  since(477)('RefreshView', 'ALTER VIEW … REFRESH'),
  since(479)('AlterColumn', 'Changing the default of a column', is('action', 'SET DEFAULT', 'DROP DEFAULT')),
  since(479)('RowConstructor', 'Naming the fields of a row', hasFieldName),
  since(479)('CreateMaterializedView', 'WHEN STALE', has('whenStale')),
  since(481)('Nearest', 'NEAREST'),
  since(481)('IntervalUnit', 'The precision of an interval', has('precision')),
  since(481)('DescribeQuery', 'DESCRIBE OUTPUT of a query'),
  since(482)('Between', 'BETWEEN SYMMETRIC', has('isSymmetric')),
  since(482)('IsPredicate', 'IS TRUE, IS FALSE and IS UNKNOWN', is('test', 'TRUE', 'FALSE', 'UNKNOWN')),
  since(482)('Overlay', 'OVERLAY with PLACING'),
  since(482)('FunctionCall', 'A named argument of a function', hasNamedArgument),
  since(482)('MethodCall', 'Calling a method'),
  since(482)('StaticMethodCall', 'Calling a static method'),
  since(482)('MatchPredicate', 'MATCH'),
  since(482)('Unique', 'UNIQUE'),
  since(482)('WhenBranch', 'A predicate without its left side in CASE', isBare),
  since(482)('AtTimeZone', 'AT LOCAL', is('zone', null)),
  since(483)('Overlaps', 'OVERLAPS'),
  since(483)('Pivot', 'PIVOT'),
];

const {
  AFTER,
  ASYMMETRIC,
  AUTO,
  BRANCH,
  BRANCHES,
  CORRESPONDING,
  DEFAULT,
  DESCRIBE,
  FALSE,
  FIRST,
  INTERVAL,
} = K;
const { LAST, LOCAL, MATCH, NEAREST, OVERLAPS, OVERLAY, PIVOT, REFRESH, ROW, SESSION, STALE, SYMMETRIC } = K;
const { TRUE, UNIQUE, UNKNOWN, WHEN } = K;

/** The words without which no construct of the list can be written, but for those that signs show. */
const TELLING_WORDS: ReadonlySet<number> = new Set([
  ...[AFTER, ASYMMETRIC, AUTO, BRANCH, BRANCHES, CORRESPONDING, DEFAULT, DESCRIBE, FALSE, FIRST, INTERVAL],
  ...[LAST, LOCAL, MATCH, NEAREST, OVERLAPS, OVERLAY, PIVOT, REFRESH, ROW, SESSION, STALE, SYMMETRIC],
  ...[TRUE, UNIQUE, UNKNOWN, WHEN],
]);

const TELLING_SIGNS: ReadonlySet<number> = new Set([
  TokenKind.LeftBracket,
  TokenKind.FatArrow,
  TokenKind.DoubleColon,
  TokenKind.At,
]);

/** Whether one of the constructs may be among these tokens: a look at words and signs, much cheaper than one at the tree. */
export function mayHoldNewer({ count, kind, keyword }: Tokens): boolean {
  for (let i = 0; i < count; i++) {
    const sign = kind[i] ?? 0;
    if (sign === TokenKind.Word ? TELLING_WORDS.has(keyword[i] ?? 0) : TELLING_SIGNS.has(sign)) return true;
    // A method is called.
    if (sign === TokenKind.Dot && kind[i + 2] === TokenKind.LeftParen) return true;
  }
  return false;
}
