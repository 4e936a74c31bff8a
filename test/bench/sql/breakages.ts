import { lex, TokenKind } from '../../../server/sql/index.ts';
import { K } from '../../../server/sql/keywords.ts';
import type { Random } from '../random.ts';

/** A way in which a statement is broken while somebody writes it. */
export interface Breakage {
  readonly name: string;
  /** The broken statement; undefined where the statement has no place for it. */
  readonly apply: (sql: string, random: Random) => string | undefined;
}

/** The seven of the measurements that the bar was taken from: six in the first query, one anywhere. */
export const BREAKAGES: readonly Breakage[] = [
  { name: 'SELECT zz, , …', apply: sql => insertBehind(sql, K.SELECT, ' zz, ,') },
  { name: 'o. before FROM', apply: sql => insertBefore(sql, K.FROM, ', o. ') },
  { name: 'WHERE zz = AND …', apply: sql => insertBehind(sql, K.WHERE, ' zz = AND') },
  { name: 'JOIN without ON', apply: sql => insertBefore(sql, K.WHERE, ' JOIN zz ') },
  { name: 'empty select list', apply: emptySelectList },
  { name: 'unclosed ( in the select list', apply: sql => insertBehind(sql, K.SELECT, ' (') },
  { name: 'a token deleted', apply: deleteToken },
];

function insertBehind(sql: string, keyword: number, text: string): string | undefined {
  const at = positionOf(sql, keyword);
  return at === undefined ? undefined : sql.slice(0, at.end) + text + sql.slice(at.end);
}

function insertBefore(sql: string, keyword: number, text: string): string | undefined {
  const at = positionOf(sql, keyword);
  return at === undefined ? undefined : sql.slice(0, at.start) + text + sql.slice(at.start);
}

function emptySelectList(sql: string): string | undefined {
  const tokens = lex(sql);
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.keyword[i] !== K.SELECT) continue;
    let depth = 0;
    for (let k = i + 1; k < tokens.count; k++) {
      if (tokens.kind[k] === TokenKind.LeftParen) depth++;
      if (tokens.kind[k] === TokenKind.RightParen) depth--;
      if (depth === 0 && tokens.keyword[k] === K.FROM) {
        const hasQuery = sql.slice(tokens.end[i], tokens.start[k]).toUpperCase().includes('FROM');
        return hasQuery ? undefined : `${sql.slice(0, tokens.end[i])} ${sql.slice(tokens.start[k])}`;
      }
    }
  }
  return undefined;
}

/** Deletes one of `, ( ) = AND FROM BY AS`. */
function deleteToken(sql: string, random: Random): string | undefined {
  const tokens = lex(sql);
  const deletable: number[] = [];
  const words = new Set<number>([K.AND, K.FROM, K.BY, K.AS]);
  const kinds = new Set<number>([
    TokenKind.Comma,
    TokenKind.LeftParen,
    TokenKind.RightParen,
    TokenKind.Equal,
  ]);
  for (let i = 0; i < tokens.count; i++) {
    if (words.has(tokens.keyword[i] ?? 0) || kinds.has(tokens.kind[i] ?? 0)) deletable.push(i);
  }
  if (deletable.length === 0) return undefined;
  const token = random.pick(deletable);
  return `${sql.slice(0, tokens.start[token])} ${sql.slice(tokens.end[token])}`;
}

function positionOf(sql: string, keyword: number): { start: number; end: number } | undefined {
  const tokens = lex(sql);
  const index = tokens.keyword.indexOf(keyword);
  if (index < 0 || index >= tokens.count) return undefined;
  return { start: tokens.start[index] ?? 0, end: tokens.end[index] ?? 0 };
}
