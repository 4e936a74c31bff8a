import { isReservedWord, type Keyword, KEYWORDS } from '../keywords.ts';
import { lex, type Tokens } from '../lexer.ts';
import { parseStatement, runToCaret } from '../parser.ts';
import type { Problem } from '../problems.ts';
import { TokenKind } from '../tokens.ts';
import { nearestWord } from './nearest-word.ts';

/** A change of the statement's text; offsets are those of the text before it. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** A correction that makes the statement better: it has been tried. */
export interface SyntaxFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

const MAX_FIXES = 2;

/** The corrections of a problem that leave fewer problems than there are. */
export function findFixes(tokens: Tokens, problem: Problem, problemCount: number): SyntaxFix[] {
  const fixes: SyntaxFix[] = [];
  const tried = new Set<string>();
  for (const fix of candidates(tokens, problem)) {
    const text = applyEdits(tokens.text, fix.edits);
    const outcome = text.replaceAll(/\s/g, '');
    if (tried.has(outcome)) continue;
    tried.add(outcome);
    if (countProblems(text) < problemCount) fixes.push(fix);
    if (fixes.length === MAX_FIXES) break;
  }
  return fixes;
}

/** How much is wrong with a statement. */
function countProblems(text: string): number {
  const { problems, tokens } = parseStatement(text);
  return problems.length + tokens.problems.length;
}

/** The text with edits applied; they must not overlap and are in the order of the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return out + text.slice(at);
}

function* candidates(tokens: Tokens, problem: Problem): Generator<SyntaxFix> {
  const index = indexAt(tokens, problem.start);
  yield* respelled(tokens, index);
  yield* respelled(tokens, index - 1);
  if (NAMES_SOMETHING.test(problem.detail)) yield* quoted(tokens, index);
  yield* withoutComma(tokens, index);
  yield* inserted(tokens, index, problem.detail);
}

/** Details of problems that a quoted name solves. */
const NAMES_SOMETHING = /\b(name|alias|label|table|relation)\b/;

/** The token that begins at an offset; the end token for an offset behind them. */
function indexAt(tokens: Tokens, offset: number): number {
  let index = 0;
  while (index < tokens.count && (tokens.start[index] ?? 0) < offset) index++;
  return index;
}

/** A word that is nearly a keyword that may stand there. */
function* respelled(tokens: Tokens, index: number): Generator<SyntaxFix> {
  if (index < 0 || index >= tokens.count || tokens.kind[index] !== TokenKind.Word) return;
  const [start, end] = [tokens.start[index] ?? 0, tokens.end[index] ?? 0];
  const word = tokens.text.slice(start, end);
  const { expectations } = runToCaret(lex(tokens.text.slice(0, start)));
  const possible = [...expectations.keywords]
    .map(id => KEYWORDS[id])
    .filter((name): name is Keyword => !!name);
  const nearest = nearestWord(word.toUpperCase(), possible);
  if (nearest === undefined) return;
  const newText = word === word.toLowerCase() ? nearest.toLowerCase() : nearest;
  yield { title: `Replace ${word} by ${newText}`, edits: [{ start, end, newText }] };
}

/** A reserved word where a name is meant. */
function* quoted(tokens: Tokens, index: number): Generator<SyntaxFix> {
  if (index >= tokens.count || tokens.kind[index] !== TokenKind.Word) return;
  const [start, end] = [tokens.start[index] ?? 0, tokens.end[index] ?? 0];
  const word = tokens.text.slice(start, end);
  if (!isReservedWord(word)) return;
  yield { title: `Quote the name: "${word}"`, edits: [{ start, end, newText: `"${word}"` }] };
}

/** A comma too many, before the token or at it. */
function* withoutComma(tokens: Tokens, index: number): Generator<SyntaxFix> {
  for (const comma of [index - 1, index]) {
    if (comma < 0 || tokens.kind[comma] !== TokenKind.Comma) continue;
    const start = tokens.start[comma] ?? 0;
    yield { title: 'Remove the comma', edits: [{ start, end: start + 1, newText: '' }] };
  }
}

/** What is said to be missing, when it is one symbol or word, and the comma that is missing most often. */
function* inserted(tokens: Tokens, index: number, detail: string): Generator<SyntaxFix> {
  const symbols = [...detail.matchAll(/'([^']+)'/g)].map(match => match[1] ?? '');
  const words = /^[A-Z]+\b/.exec(detail)?.[0];
  for (const text of [...symbols, ...(words === undefined ? [] : [words]), ',', ')']) {
    yield insertion(tokens, index, text);
  }
}

function insertion(tokens: Tokens, index: number, text: string): SyntaxFix {
  const isWord = /\w/.test(text);
  const behind = tokens.end[index - 1] ?? 0;
  const next = tokens.start[index] ?? tokens.text.length;
  const start = text === '(' ? next : behind;
  const newText = isWord ? ` ${text}${start === next ? ' ' : ''}` : text;
  return { title: `Insert ${text}`, edits: [{ start, end: start, newText }] };
}
