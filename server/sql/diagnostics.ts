import { findFixes, type SyntaxFix } from './diagnostics/fixes.ts';
import type { LexicalProblem, Tokens } from './lexer.ts';
import type { ParsedStatement } from './parser.ts';
import type { Problem } from './problems.ts';
import { TokenKind } from './tokens.ts';

/** A syntax error in words. Offsets count from the beginning of the statement's text. */
export interface SyntaxDiagnostic {
  readonly code: Problem['code'] | LexicalProblem['code'];
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly problem: Problem | LexicalProblem;
}

/** Corrections are tried by parsing again, which is not done in very long statements. */
const MAX_TOKENS = 5000;

/** What is wrong with a statement, in the order of the text: one diagnostic for each place where the parser recovered. */
export function diagnose(parsed: ParsedStatement): SyntaxDiagnostic[] {
  const { tokens, problems } = parsed;
  const lexical = tokens.problems.map(describeLexical);
  const places = new Set(lexical.map(item => item.start));
  const syntactic = problems
    .map(problem => describe(tokens, problem))
    .filter(item => !places.has(item.start) && !places.has(item.problem.start));
  return [...lexical, ...syntactic].sort((a, b) => a.start - b.start);
}

/** The corrections of one diagnostic, likeliest first. They are found by trying, so ask only for what is looked at. */
export function correctionsOf(parsed: ParsedStatement, diagnostic: SyntaxDiagnostic): readonly SyntaxFix[] {
  const { tokens, problems } = parsed;
  const { problem } = diagnostic;
  if (!('token' in problem)) return [closeLexical(tokens.text, problem)];
  if (tokens.count > MAX_TOKENS) return [];
  return fixesOf(tokens, problem, problems.length + tokens.problems.length);
}

function fixesOf(tokens: Tokens, problem: Problem, count: number): readonly SyntaxFix[] {
  const { start, end } = problem;
  if (problem.code === 'name') {
    const newText = `"${problem.detail.replaceAll('"', '""')}"`;
    return [{ title: `Write ${newText}`, edits: [{ start, end, newText }] }];
  }
  if (problem.code === 'unexpected' && tokens.text.slice(start, end) === ')') {
    return [{ title: "Remove the ')'", edits: [{ start, end, newText: '' }] }];
  }
  return problem.code === 'expected' || problem.code === 'unexpected'
    ? findFixes(tokens, problem, count)
    : [];
}

function describe(tokens: Tokens, problem: Problem): SyntaxDiagnostic {
  const { code } = problem;
  const isAtEnd = problem.start >= (tokens.end[tokens.count - 1] ?? 0);
  // There is nothing to underline at the end of the text: the last token stands for it.
  const last = tokens.count - 1;
  const start = isAtEnd && last >= 0 ? (tokens.start[last] ?? 0) : problem.start;
  const end = isAtEnd && last >= 0 ? (tokens.end[last] ?? 0) : problem.end;
  return { code, message: messageOf(tokens, problem), start, end, problem };
}

function messageOf(tokens: Tokens, problem: Problem): string {
  const found = foundAt(tokens, problem);
  switch (problem.code) {
    case 'expected':
      return `Expected ${problem.detail}${behind(tokens, problem)}, found ${found}.`;
    case 'unexpected':
      if (problem.detail.startsWith("a ')'")) return "No '(' belongs to this ')'.";
      if (problem.detail === 'the end of the statement')
        return `Expected the end of the statement${behind(tokens, problem)}, found ${found}.`;
      return `${found} cannot follow ${problem.detail}.`;
    case 'name':
      return nameMessage(tokens.text.slice(problem.start, problem.end));
    case 'value':
      return problem.detail;
    case 'too-deep':
      return 'This is nested too deep to be followed; what comes behind it is not checked.';
  }
}

function nameMessage(source: string): string {
  if (source.startsWith('`')) return 'Trino knows no back quotes. Put the name in double quotes.';
  if (/^\d/.test(source)) return `The name ${source} begins with a digit. Put it in double quotes.`;
  return `The name ${source} has letters other than A to Z. Put it in double quotes.`;
}

/** The token before the problem, which tells where something is missing. */
function behind(tokens: Tokens, problem: Problem): string {
  let index = -1;
  while (index + 1 < tokens.count && (tokens.end[index + 1] ?? 0) <= problem.start) index++;
  return index < 0 ? '' : ` behind ${show(tokens, index)}`;
}

function foundAt(tokens: Tokens, problem: Problem): string {
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.start[i] === problem.start) return show(tokens, i);
  }
  return 'the end of the statement';
}

const MAX_SHOWN = 30;

/** A token as a message shows it: keywords bare, everything else in quotes, long ones cut. */
function show(tokens: Tokens, index: number): string {
  const source = tokens.text.slice(tokens.start[index], tokens.end[index]);
  const short = source.length > MAX_SHOWN ? `${source.slice(0, MAX_SHOWN - 1)}…` : source;
  const isKeyword = tokens.kind[index] === TokenKind.Word && tokens.keyword[index] !== 0;
  const line = short.replaceAll(/\s+/g, ' ');
  return isKeyword ? line.toUpperCase() : `'${line}'`;
}

const LEXICAL: Readonly<Record<LexicalProblem['code'], readonly [message: string, close: string]>> = {
  'unterminated-string': ['The string is not closed.', "'"],
  'unterminated-name': ['The quoted name is not closed.', '"'],
  'unterminated-comment': ['The comment is not closed.', '*/'],
  'unterminated-body': ['The body of the function is not closed.', '$$'],
};

function describeLexical(problem: LexicalProblem): SyntaxDiagnostic {
  const { code, start, end } = problem;
  return { code, message: LEXICAL[code][0], start, end, problem };
}

function closeLexical(text: string, { code, start, end }: LexicalProblem): SyntaxFix {
  const quote = LEXICAL[code][1];
  const close = code === 'unterminated-name' && text[start] === '`' ? '`' : quote;
  return { title: `Close it with ${close}`, edits: [{ start: end, end, newText: close }] };
}
