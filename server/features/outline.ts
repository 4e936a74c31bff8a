import type { Script, ScriptStatement } from '../script/script.ts';
import { nodesAt, walkTree } from '../semantics/tree.ts';
import {
  type CommonTable,
  lex,
  type NodeBase,
  type QualifiedName,
  readTrivia,
  type Span,
} from '../sql/index.ts';
import { statementIndexAt } from '../script/script.ts';

export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'query' | 'table' | 'change' | 'routine' | 'commonTable' | 'column';
  readonly span: Span;
  /** What is selected when the item is chosen. */
  readonly selection: Span;
  readonly children: readonly OutlineItem[];
}

const NAME_LENGTH = 60;

/** The statements of a script, with their common tables and the columns of created tables. */
export function outlineOf(script: Script): OutlineItem[] {
  return script.statements.map(outlineStatement);
}

function outlineStatement({ piece, parsed }: ScriptStatement): OutlineItem {
  const { statement, text } = parsed;
  const children: OutlineItem[] = [];
  walkTree(statement, node => {
    if (node.kind === 'CommonTable') children.push(commonTableItem(node as CommonTable, piece.start));
    if (node.kind === 'ColumnDefinition') children.push(columnItem(node, { offset: piece.start, text }));
    return node.kind !== 'SubqueryExpression';
  });
  const name = text.replaceAll(/\s+/g, ' ').slice(0, NAME_LENGTH);
  return {
    name: text.length > NAME_LENGTH ? `${name}…` : name,
    detail: statement.kind.replaceAll(/(?<=[a-z])([A-Z])/g, ' $1').toLowerCase(),
    kind: kindOf(statement.kind),
    span: { start: piece.start, end: piece.end },
    selection: { start: piece.start, end: piece.start + Math.min(text.length, 1) },
    children,
  };
}

function kindOf(kind: string): OutlineItem['kind'] {
  if (kind === 'QueryStatement') return 'query';
  if (kind === 'CreateFunction') return 'routine';
  return /^(Create|Alter|Add|Drop|Rename)/.test(kind) ? 'table' : 'change';
}

function commonTableItem({ name, start, end }: CommonTable, offset: number): OutlineItem {
  return {
    name: name.name || '(no name)',
    detail: 'common table',
    kind: 'commonTable',
    span: { start: start + offset, end: end + offset },
    selection: { start: name.start + offset, end: name.end + offset },
    children: [],
  };
}

function columnItem(
  node: NodeBase,
  { offset, text }: { readonly offset: number; readonly text: string },
): OutlineItem {
  const { name, type } = node as NodeBase & { readonly name: QualifiedName; readonly type: NodeBase };
  return {
    name: name.parts.map(part => part.name).join('.') || '(no name)',
    detail: text.slice(type.start, type.end),
    kind: 'column',
    span: { start: node.start + offset, end: node.end + offset },
    selection: { start: name.start + offset, end: name.end + offset },
    children: [],
  };
}

export interface FoldingRange extends Span {
  readonly kind: 'region' | 'comment';
}

/** Stretches of several lines that can be folded: statements, queries in parentheses, lists, block comments. */
export function foldingRanges({ text, statements }: Script): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  for (const { piece, parsed } of statements) {
    ranges.push({ start: piece.start, end: piece.end, kind: 'region' });
    walkTree(parsed.statement, node => {
      if (FOLDED.has(node.kind)) {
        ranges.push({ start: node.start + piece.start, end: node.end + piece.start, kind: 'region' });
      }
      return true;
    });
  }
  return [...ranges, ...commentRanges(text)].filter(({ start, end }) =>
    text.slice(start, end).includes('\n'),
  );
}

const FOLDED = new Set([
  'CommonTable',
  'SubqueryRelation',
  'SubqueryExpression',
  'Exists',
  'Case',
  'CompoundStatement',
]);

function commentRanges(text: string): FoldingRange[] {
  const tokens = lex(text);
  const ranges: FoldingRange[] = [];
  let at = 0;
  for (let i = 0; i <= tokens.count; i++) {
    const next = i < tokens.count ? (tokens.start[i] ?? text.length) : text.length;
    if (next > at) {
      for (const piece of readTrivia(text, at, next)) {
        if (piece.kind === 'block-comment')
          ranges.push({ start: piece.start, end: piece.end, kind: 'comment' });
      }
    }
    at = tokens.end[i] ?? text.length;
  }
  return ranges;
}

/** Growing stretches around an offset, the smallest first: names, expressions, clauses, the statement, the document. */
export function selectionSpans(script: Script, offset: number): Span[] {
  const spans: Span[] = [{ start: 0, end: script.text.length }];
  const found = script.statements[statementIndexAt(script, offset)];
  if (found !== undefined && offset >= found.piece.start && offset <= found.piece.end) {
    const { start } = found.piece;
    spans.push({ start, end: found.piece.end });
    for (const node of nodesAt(found.parsed.statement, offset - start)) {
      spans.push({ start: node.start + start, end: node.end + start });
    }
  }
  const unique: Span[] = [];
  for (const span of spans.reverse()) {
    const last = unique.at(-1);
    const grows = last === undefined || span.start < last.start || span.end > last.end;
    if (grows && (last === undefined || (span.start <= last.start && span.end >= last.end)))
      unique.push(span);
  }
  return unique;
}
