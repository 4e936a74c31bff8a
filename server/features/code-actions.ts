import type { AnalyzedScript } from '../script/workspace-session.ts';
import { nameParts } from '../semantics/expressions.ts';
import { tablePath, lookupTable } from '../semantics/tables.ts';
import { nodesAt, walkTree } from '../semantics/tree.ts';
import {
  correctionsOf,
  type Insert,
  type NodeBase,
  type Select,
  type Span,
  type Star,
} from '../sql/index.ts';
import { addAlias } from './add-alias.ts';
import type { Diagnostic } from './diagnostics.ts';
import { starNames } from './inlay-hints.ts';
import { spellName } from './sql-names.ts';
import { type PlaceInScript, placeInScript } from './symbol-at.ts';

export interface TextEdit extends Span {
  readonly newText: string;
}

export interface CodeAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'refactor';
  readonly edits: readonly TextEdit[];
  /** The problem that it takes away. */
  readonly fixes?: Diagnostic;
}

/** What can be done at a place: corrections of its problems, and rewritings of the query around it. */
export function codeActionsAt(
  analyzed: AnalyzedScript,
  range: Span,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const fixes = diagnostics
    .filter(item => item.replacement !== undefined && item.start <= range.end && item.end >= range.start)
    .map((item): CodeAction => {
      const newText = respelled(item.replacement ?? '');
      const edit = { start: item.start, end: item.end, newText };
      return { title: `Change to ${newText}`, kind: 'quickfix', edits: [edit], fixes: item };
    });
  fixes.push(...syntaxFixes(analyzed, range, diagnostics));
  const place = placeInScript(analyzed, range.start);
  if (place === undefined || place.statement.parsed.problems.length > 0) return fixes;
  const rewritings = [expandStar, groupBy, qualifyColumns, alias, columnList].flatMap(
    make => make(analyzed, place) ?? [],
  );
  return [...fixes, ...rewritings];
}

/** The corrections of the syntax errors that the range touches; the parser has tried each of them. */
function syntaxFixes(
  analyzed: AnalyzedScript,
  range: Span,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  return diagnostics.flatMap(item => {
    const isTouched = item.start <= range.end && item.end >= range.start;
    const place = isTouched && item.syntax !== undefined ? placeInScript(analyzed, item.start) : undefined;
    if (place === undefined || item.syntax === undefined) return [];
    return correctionsOf(place.statement.parsed, item.syntax).map(({ title, edits }): CodeAction => {
      const placed = edits.map(change => edit(place, change, change.newText));
      return { title, kind: 'quickfix', edits: placed, fixes: item };
    });
  });
}

function respelled(replacement: string): string {
  return replacement.startsWith('"') ? replacement : spellName(replacement);
}

function edit({ statement }: PlaceInScript, span: Span, newText: string): TextEdit {
  return { start: span.start + statement.piece.start, end: span.end + statement.piece.start, newText };
}

function around<T extends NodeBase>(place: PlaceInScript, kind: T['kind']): T | undefined {
  const nodes = nodesAt(place.statement.parsed.statement, place.local);
  return nodes.findLast(node => node.kind === kind) as T | undefined;
}

function expandStar(_: AnalyzedScript, place: PlaceInScript): CodeAction | undefined {
  const star = around<Star>(place, 'Star');
  const names = star === undefined ? undefined : starNames(star, place.analysis);
  if (star === undefined || names === undefined || names.length === 0) return undefined;
  const prefix = star.base?.kind === 'ColumnReference' ? `${spellName(star.base.name.name)}.` : '';
  const newText = names.map(name => prefix + spellName(name)).join(', ');
  return { title: 'Expand * to its columns', kind: 'refactor', edits: [edit(place, star, newText)] };
}

/** GROUP BY with every item of the select list that has no aggregate in it. */
function groupBy(analyzed: AnalyzedScript, place: PlaceInScript): CodeAction | undefined {
  const select = around<Select>(place, 'Select');
  if (select === undefined || select.groupBy !== null || select.from.length === 0) return undefined;
  const { findFunction } = analyzed.environmentOf(place.index);
  const isAggregated = (node: NodeBase): boolean => {
    let found = false;
    walkTree(node, inner => {
      if (inner.kind !== 'FunctionCall') return true;
      const call = inner as NodeBase & {
        readonly name: { readonly parts: readonly { readonly name: string }[] };
      };
      const item = findFunction(call.name.parts.at(-1)?.name ?? '');
      found ||= item?.signatures.some(signature => signature.kind === 'aggregate') === true;
      return true;
    });
    return found;
  };
  const items = select.items.flatMap(item => (item.kind === 'SelectExpression' ? [item.expression] : []));
  const plain = items.filter(item => !isAggregated(item) && !item.kind.endsWith('Literal'));
  if (plain.length === 0 || plain.length === items.length) return undefined;
  const { text } = place.statement.parsed;
  const after = select.where?.end ?? select.from.at(-1)?.end ?? select.end;
  const list = plain.map(item => text.slice(item.start, item.end)).join(', ');
  const newText = `\nGROUP BY ${list}`;
  return {
    title: 'Group by the plain columns',
    kind: 'refactor',
    edits: [edit(place, { start: after, end: after }, newText)],
  };
}

/** Writes the relation in front of every plain column of the select around the caret. */
function qualifyColumns(_: AnalyzedScript, place: PlaceInScript): CodeAction | undefined {
  const select = around<Select>(place, 'Select');
  const scoped = place.analysis.scopes.findLast(
    ({ span, clause }) => clause === 'select' && span.start === select?.start && span.end === select.end,
  );
  if (select === undefined || scoped === undefined || scoped.scope.relations.length < 2) return undefined;
  const edits: TextEdit[] = [];
  walkTree(select, node => {
    if (node.kind === 'Dereference' || node.kind === 'Query') return false;
    if (node.kind !== 'ColumnReference') return true;
    const name = nameParts(node as Parameters<typeof nameParts>[0])?.[0]?.name.toLowerCase();
    const owners = scoped.scope.relations.filter(({ columns }) =>
      columns.some(column => column.name.toLowerCase() === name),
    );
    const [owner] = owners;
    if (owners.length === 1 && owner?.name != null && !scoped.scope.merged.has(name ?? '')) {
      edits.push(edit(place, { start: node.start, end: node.start }, `${spellName(owner.name)}.`));
    }
    return false;
  });
  return edits.length === 0 ? undefined : { title: 'Qualify the columns', kind: 'refactor', edits };
}

function alias(_: AnalyzedScript, place: PlaceInScript): CodeAction | undefined {
  const found = addAlias(place.statement.parsed.statement, place.analysis, place.local);
  if (found === undefined) return undefined;
  const edits = found.edits.map(change => edit(place, change, change.newText));
  return { title: `Call it ${found.alias}`, kind: 'refactor', edits };
}

/** `INSERT INTO t SELECT …` gets the list of the columns it fills. */
function columnList(analyzed: AnalyzedScript, place: PlaceInScript): CodeAction | undefined {
  const insert = around<Insert>(place, 'Insert');
  if (insert === undefined || insert.columns.length > 0) return undefined;
  const environment = analyzed.environmentOf(place.index);
  const path = tablePath(insert.target.name, environment);
  const found = path === undefined ? undefined : lookupTable(environment, path);
  const columns = found?.state === 'present' ? found.details?.columns : undefined;
  if (columns === undefined || columns.length === 0) return undefined;
  const newText = ` (${columns.map(column => spellName(column.name)).join(', ')})`;
  const { end } = insert.target;
  return {
    title: 'Write the column list',
    kind: 'refactor',
    edits: [edit(place, { start: end, end }, newText)],
  };
}
