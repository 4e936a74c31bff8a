import type { FunctionParameter } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { endHere, isNameToken, isUndecided, keywordAt, kindAt, startHere } from './cursor.ts';
import { takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';
import { noteType } from './types.ts';

/** A parameter of a function: `name type` or only the type. */
export function parseFunctionParameter(p: Parser): FunctionParameter {
  const start = startHere(p);
  const name = isParameterName(p) ? takeIdentifier(p) : null;
  const mayBeName = name === null && isNameToken(p, p.position) && isUndecided(p);
  const type = p.rules.type(p);
  if (mayBeName) noteType(p);
  return { kind: 'FunctionParameter', start: Math.min(start, type.start), end: endHere(p), name, type };
}

/** Whether a name and then a type come next, and not a type of several words. */
function isParameterName(p: Parser): boolean {
  if (!isNameToken(p, p.position) || !isNameToken(p, p.position + 1)) return false;
  const keyword = keywordAt(p, 0);
  const next = keywordAt(p, 1);
  if (keyword === K.DOUBLE && next === K.PRECISION) return isNameToken(p, p.position + 2);
  if (keyword === K.INTERVAL && INTERVAL_UNITS.has(next)) return false;
  if ((keyword === K.TIME || keyword === K.TIMESTAMP) && next === K.WITHOUT) return false;
  return next !== K.ARRAY || kindAt(p, 2) === TokenKind.LeftParen || kindAt(p, 2) === TokenKind.Less;
}

const INTERVAL_UNITS: ReadonlySet<number> = new Set([K.YEAR, K.MONTH, K.DAY, K.HOUR, K.MINUTE, K.SECOND]);
