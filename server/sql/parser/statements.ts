import type { Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { endHere, enter, fail, leave, noteAll } from './cursor.ts';
import { parseAlter } from './alter.ts';
import { parseCreate } from './create.ts';
import { parseAnalyze, parseCall, parseDelete, parseInsert, parseTruncate, parseUpdate } from './dml.ts';
import { parseComment, parseDrop, parseRefresh } from './drop.ts';
import { isQueryStart } from './lookahead.ts';
import { parseMerge } from './merge.ts';
import { parsePrepared } from './prepared.ts';
import { parseQueryStatement } from './query-statement.ts';
import { parseDeny, parseGrant, parseRevoke } from './security.ts';
import { parseDescribe, parseShow } from './show.ts';
import { parseExplain, parseReset, parseSet, parseTransaction, parseUse } from './session.ts';
import type { Parser } from './state.ts';
import { TokenKind } from '../tokens.ts';

type StatementRule = (p: Parser) => Statement;

/** The statements by the word they begin with. Those that contain a statement get the rule for it. */
const RULES: ReadonlyMap<number, StatementRule> = new Map<number, StatementRule>([
  [K.ALTER, parseAlter],
  [K.ANALYZE, parseAnalyze],
  [K.CALL, parseCall],
  [K.COMMENT, parseComment],
  [K.COMMIT, parseTransaction],
  [K.CREATE, parseCreate],
  [K.DEALLOCATE, p => parsePrepared(p, parseStatement)],
  [K.DELETE, parseDelete],
  [K.DENY, parseDeny],
  [K.DESC, parseDescribe],
  [K.DESCRIBE, parseDescribe],
  [K.DROP, parseDrop],
  [K.EXECUTE, p => parsePrepared(p, parseStatement)],
  [K.EXPLAIN, p => parseExplain(p, parseStatement)],
  [K.GRANT, parseGrant],
  [K.INSERT, parseInsert],
  [K.MERGE, parseMerge],
  [K.PREPARE, p => parsePrepared(p, parseStatement)],
  [K.REFRESH, parseRefresh],
  [K.RESET, parseReset],
  [K.REVOKE, parseRevoke],
  [K.ROLLBACK, parseTransaction],
  [K.SET, parseSet],
  [K.SHOW, parseShow],
  [K.START, parseTransaction],
  [K.TRUNCATE, parseTruncate],
  [K.UPDATE, parseUpdate],
  [K.USE, parseUse],
]);

const STATEMENT_STARTS: readonly number[] = [...RULES.keys(), K.SELECT, K.TABLE, K.VALUES, K.WITH];

/** One statement. What it begins with decides; a query may begin with parentheses. */
export function parseStatement(p: Parser): Statement {
  if (!enter(p)) {
    leave(p);
    return missingStatement(p);
  }
  const statement = parseKnownStatement(p);
  leave(p);
  return statement;
}

function parseKnownStatement(p: Parser): Statement {
  const rule = RULES.get(p.keyword[p.position] ?? 0);
  if (rule !== undefined) return rule(p);
  const isParenthesis = p.kind[p.position] === TokenKind.LeftParen;
  if (isParenthesis || isQueryStart(p, 0) || p.keyword[p.position] === K.FROM) return parseQueryStatement(p);
  noteAll(p, STATEMENT_STARTS);
  fail(p, 'a statement');
  return missingStatement(p);
}

function missingStatement(p: Parser): Statement {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'statement' };
}
