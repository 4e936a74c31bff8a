import { K } from './keywords.ts';
import type { Tokens } from './lexer.ts';
import { TokenKind } from './tokens.ts';

/** What an END still has to close. A CASE may be an expression, inside which no statement stands. */
type Block = 'statement-block' | 'case-expression';

/** Statements that no routine contains: where one follows a semicolon, an unfinished routine has ended. */
const TOP_LEVEL_STARTS: ReadonlySet<number> = new Set([
  K.SELECT,
  K.WITH,
  K.INSERT,
  K.UPDATE,
  K.DELETE,
  K.MERGE,
  K.CREATE,
  K.DROP,
  K.ALTER,
  K.TABLE,
  K.VALUES,
  K.EXPLAIN,
  K.DESCRIBE,
  K.SHOW,
  K.USE,
  K.CALL,
  K.PREPARE,
  K.EXECUTE,
  K.DEALLOCATE,
  K.GRANT,
  K.REVOKE,
  K.DENY,
  K.ANALYZE,
  K.TRUNCATE,
  K.REFRESH,
  K.START,
  K.COMMIT,
  K.ROLLBACK,
  K.RESET,
]);

/**
 * Follows the blocks of a routine, token by token, and says which semicolon ends it. A class because it is a small
 * state machine that lives for one statement.
 */
export class RoutineTracker {
  private readonly tokens: Tokens;
  private readonly blocks: Block[] = [];
  private parens = 0;
  /** Whether RETURNS was read and the body has not begun: there the body's first word may stand anywhere. */
  private isInHeader = false;
  private isStatementStart = false;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  /** Whether the semicolon at this token ends the whole statement. */
  endsAt(index: number): boolean {
    if (!this.blocks.includes('statement-block')) return true;
    return TOP_LEVEL_STARTS.has(this.tokens.keyword[index + 1] ?? 0);
  }

  read(index: number): void {
    const kind = this.tokens.kind[index];
    const keyword = this.tokens.keyword[index] ?? 0;
    const mayStart = this.isStatementStart || (this.isInHeader && this.parens === 0);
    this.isStatementStart = false;
    if (kind === TokenKind.LeftParen) this.parens++;
    else if (kind === TokenKind.RightParen) this.parens = Math.max(0, this.parens - 1);
    else if (kind === TokenKind.Semicolon) this.isStatementStart = true;
    else if (kind === TokenKind.Colon)
      this.isStatementStart = this.blocks.at(-1) === 'statement-block' || mayStart;
    else if (kind === TokenKind.Word && keyword !== 0 && this.tokens.kind[index - 1] !== TokenKind.Dot) {
      this.readKeyword(keyword, index, mayStart);
    }
  }

  private readKeyword(keyword: number, index: number, mayStart: boolean): void {
    switch (keyword) {
      case K.RETURNS:
        if (!this.blocks.includes('statement-block')) this.isInHeader = true;
        return;
      case K.RETURN:
        this.isInHeader = false;
        return;
      case K.END:
        this.blocks.pop();
        return;
      case K.CASE:
        if (this.closesBlock(index)) return;
        this.open(mayStart ? 'statement-block' : 'case-expression');
        return;
      case K.BEGIN:
        if (mayStart) this.open('statement-block');
        this.isStatementStart = mayStart;
        return;
      case K.IF:
        if (mayStart && !this.closesBlock(index) && !this.isCondition(index)) this.open('statement-block');
        return;
      case K.LOOP:
      case K.REPEAT:
        if (mayStart && !this.closesBlock(index)) {
          this.open('statement-block');
          this.isStatementStart = true;
        }
        return;
      case K.WHILE:
        if (mayStart && !this.closesBlock(index)) this.open('statement-block');
        return;
      case K.THEN:
      case K.ELSE:
      case K.DO:
        this.isStatementStart = this.blocks.at(-1) === 'statement-block';
        return;
      default:
    }
  }

  private open(block: Block): void {
    this.blocks.push(block);
    if (block === 'statement-block') this.isInHeader = false;
  }

  /** Whether the word only names what the END before it closes: `END IF`. */
  private closesBlock(index: number): boolean {
    return this.tokens.keyword[index - 1] === K.END;
  }

  /** `IF NOT EXISTS` of the header. */
  private isCondition(index: number): boolean {
    return this.isInHeader && this.tokens.keyword[index + 1] === K.NOT;
  }
}
