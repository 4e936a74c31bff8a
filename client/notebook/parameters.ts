import { quoteString } from '../../catalog/trino/quote.ts';
import { lex, TokenKind } from '../../server/sql/words.ts';
import { linesOf } from './sql-lines.ts';
import type { TextEdit } from './text-edits.ts';

/** `:name` in a statement. */
export interface ParameterUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What a line `-- @param name type = default` says. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly type: string;
  readonly value?: string;
}

/** The value a person gave. Null is NULL. */
export interface ParameterValue {
  readonly type: string;
  readonly text: string | null;
}

/**
 * The parameters of a statement in the order they stand. A colon that follows a value, as in `JSON_OBJECT('k':v)`, is
 * the language's own; a parameter's colon stands behind a blank, a bracket, a comma or an operator.
 */
export function findParameters(statement: string): ParameterUse[] {
  const tokens = lex(statement);
  const found: ParameterUse[] = [];
  for (let i = 0; i + 1 < tokens.count; i++) {
    const start = tokens.start[i] ?? 0;
    if (tokens.kind[i] !== TokenKind.Colon || tokens.kind[i + 1] !== TokenKind.Word) continue;
    if (tokens.start[i + 1] !== tokens.end[i] || /[\w'"\])]/.test(statement[start - 1] ?? '')) continue;
    const end = tokens.end[i + 1] ?? start;
    found.push({ name: statement.slice(start + 1, end).toLowerCase(), start, end });
  }
  return found;
}

const DECLARATION = /^[ \t]*--[ \t]*@param[ \t]+([A-Za-z_]\w*)(?:[ \t]+([^=]*))?(?:=(.*))?$/;

/** The declarations of a cell. */
export function readDeclarations(text: string): ParameterDeclaration[] {
  return linesOf(text).flatMap(line => {
    const match = DECLARATION.exec(line.text);
    if (match === null) return [];
    const [, name = '', type = '', value] = match;
    return [
      {
        name: name.toLowerCase(),
        type: type.trim().toLowerCase() || 'varchar',
        ...(value === undefined ? {} : { value: value.trim() }),
      },
    ];
  });
}

/** The line that `readDeclarations` reads back. */
export function formatDeclaration({ name, type, value }: ParameterDeclaration): string {
  return `-- @param ${name} ${type}${value === undefined ? '' : ` = ${value}`}`;
}

/** Types a parameter may have: those whose values a person can write and CAST reads from text. */
const TYPES =
  /^(boolean|tinyint|smallint|integer|bigint|real|double|uuid|ipaddress|json|date|(varchar|char|decimal|time|timestamp)(\(\d{1,6}(,\s*\d{1,2})?\))?|(time|timestamp)(\(\d{1,2}\))? with time zone)$/;

/** The text in place of a parameter. Whatever a person typed, it is one value and nothing else. Throws for a type that is none. */
export function parameterLiteral({ type, text }: ParameterValue): string {
  if (!TYPES.test(type)) {
    throw new Error(
      `"${type}" is no type of a parameter: use bigint, double, decimal(p,s), varchar, date, timestamp … in its "-- @param" line.`,
    );
  }
  if (text === null) return `CAST(NULL AS ${type})`;
  if (type === 'varchar') return quoteString(text);
  return `CAST(${quoteString(text)} AS ${type})`;
}

/** The edits that put values in the place of parameters. Throws when one has no value. */
export function parameterEdits(
  uses: readonly ParameterUse[],
  values: ReadonlyMap<string, ParameterValue>,
): TextEdit[] {
  return uses.map(({ name, start, end }) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The parameter :${name} has no value.`);
    return { start, end, text: parameterLiteral(value) };
  });
}

/** The type that a value without a declared one gets: numbers and truth values as such, else text. */
export function guessType(text: string): string {
  if (/^-?\d{1,18}$/.test(text)) return 'bigint';
  if (/^-?\d+\.\d+$/.test(text)) return 'double';
  if (/^(true|false)$/i.test(text)) return 'boolean';
  return /^\d{4}-\d\d-\d\d$/.test(text) ? 'date' : 'varchar';
}
