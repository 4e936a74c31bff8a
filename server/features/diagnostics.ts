import { type AnalyzedScript, StatementCache } from '../script/workspace-session.ts';
import type { ScriptStatement } from '../script/script.ts';
import type { SemanticCode } from '../semantics/model.ts';
import type { LexicalProblem, ParsedStatement, Problem, Span } from '../sql/index.ts';
import { quoteName } from './sql-names.ts';
import { checkStatement } from './statement-checks.ts';

/** Something wrong in a document. Offsets are the document's. */
export interface Diagnostic extends Span {
  readonly severity: 'error' | 'warning' | 'hint';
  readonly code: string;
  readonly message: string;
  /** What would be right in its place. */
  readonly replacement?: string;
}

/** At most so many come from one statement; the rest would only repeat what the first ones say. */
const MOST_PER_STATEMENT = 50;

/**
 * Everything wrong in a script: syntax first; what names mean is judged only in statements whose syntax is right, because
 * a half-written statement would be full of names that are not there yet.
 */
export function diagnose(analyzed: AnalyzedScript): Diagnostic[] {
  return analyzed.script.statements.flatMap((_, index) => diagnoseStatement(analyzed, index));
}

const cache = new StatementCache<readonly Diagnostic[]>();

export function diagnoseStatement(analyzed: AnalyzedScript, index: number): Diagnostic[] {
  const statement = analyzed.script.statements[index];
  if (statement === undefined) return [];
  const found = cache.get(analyzed, index, () => {
    const syntax = syntaxProblems(statement.parsed);
    return syntax.length > 0 ? syntax : semanticProblems(analyzed, statement, index);
  });
  const { start } = statement.piece;
  return found
    .slice(0, MOST_PER_STATEMENT)
    .map(item => ({ ...item, start: item.start + start, end: item.end + start }));
}

function syntaxProblems(parsed: ParsedStatement): Diagnostic[] {
  const lexical = parsed.tokens.problems.map(lexicalDiagnostic);
  const places = new Set(lexical.map(item => item.start));
  const grammar = parsed.problems.map(problem => syntaxDiagnostic(parsed, problem));
  return [...lexical, ...grammar.filter(item => !places.has(item.start))].sort((a, b) => a.start - b.start);
}

const LEXICAL: Readonly<Record<LexicalProblem['code'], string>> = {
  'unterminated-string': "This string is not closed: ' is missing.",
  'unterminated-name': 'This name is not closed: " is missing.',
  'unterminated-comment': 'This comment is not closed: */ is missing.',
  'unterminated-body': 'This body is not closed: $$ is missing.',
};

function lexicalDiagnostic({ code, start, end }: LexicalProblem): Diagnostic {
  return { start, end, severity: 'error', code, message: LEXICAL[code] };
}

function syntaxDiagnostic({ text }: ParsedStatement, problem: Problem): Diagnostic {
  const { start, end, code, detail } = problem;
  const found = text.slice(start, end);
  const base = { start, end, severity: 'error', code: `syntax-${code}` } as const;
  switch (code) {
    case 'expected':
      return { ...base, message: `Expected ${detail}, but ${foundText(found)}.` };
    case 'unexpected':
      return { ...base, message: `${found === '' ? 'The end' : shorten(found)} cannot follow ${detail}.` };
    case 'name':
      return {
        ...base,
        message: `Trino does not read ${shorten(found)} as a name: put it in double quotes.`,
        replacement: quoteName(detail),
      };
    case 'value':
      return { ...base, message: detail };
    case 'too-deep':
      return { ...base, message: 'This is nested too deeply to be understood.' };
  }
}

function foundText(found: string): string {
  return found === '' ? 'the statement ends here' : `found ${shorten(found)}`;
}

function shorten(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/** What the server may know better: functions of plugins, properties of newer versions. */
const WARNINGS = new Set<SemanticCode>([
  'unknown-function',
  'unknown-property',
  'unknown-argument',
  'unknown-procedure',
  'duplicate-alias',
]);

function semanticProblems(
  analyzed: AnalyzedScript,
  { parsed }: ScriptStatement,
  index: number,
): Diagnostic[] {
  const problems = [
    ...analyzed.analysisOf(index).problems,
    ...checkStatement(parsed.statement, analyzed.environmentOf(index)),
  ];
  return problems
    .map(({ start, end, code, message, suggestion }): Diagnostic => ({
      start,
      end,
      severity: WARNINGS.has(code) ? 'warning' : 'error',
      code,
      message: suggestion === undefined ? message : `${message} Did you mean ${suggestion}?`,
      ...(suggestion === undefined ? {} : { replacement: suggestion }),
    }))
    .sort((a, b) => a.start - b.start);
}
