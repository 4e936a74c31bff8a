/** What a token is. The values are small integers so that they fit a typed array. */
export const TokenKind = {
  /** The end of the text; its span is empty. */
  End: 0,
  /** A word: a keyword, a name, or both (`keyword` says which keyword). */
  Word: 1,
  /** `"name"`, quotes doubled inside. */
  QuotedName: 2,
  /** A name in back quotes, which Trino reads and then refuses. */
  BackQuotedName: 3,
  /** A name that begins with a digit, which Trino reads and then refuses. */
  DigitName: 4,
  String: 5,
  /** `U&'…'`. */
  UnicodeString: 6,
  /** `X'…'`. */
  BinaryString: 7,
  /** `$$ … $$`, the body of a routine in another language. */
  DollarString: 8,
  /** Decimal, `0x`, `0o` or `0b` digits, with single underscores between digits. */
  Integer: 9,
  /** Digits with a point. */
  Decimal: 10,
  /** Digits with an exponent. */
  Double: 11,
  LeftParen: 12,
  RightParen: 13,
  LeftBracket: 14,
  RightBracket: 15,
  LeftBrace: 16,
  RightBrace: 17,
  LeftBraceMinus: 18,
  RightBraceMinus: 19,
  Comma: 20,
  Dot: 21,
  Semicolon: 22,
  Colon: 23,
  DoubleColon: 24,
  Equal: 25,
  NotEqual: 26,
  Less: 27,
  LessEqual: 28,
  Greater: 29,
  GreaterEqual: 30,
  Plus: 31,
  Minus: 32,
  Star: 33,
  Slash: 34,
  Percent: 35,
  Concat: 36,
  Arrow: 37,
  FatArrow: 38,
  Question: 39,
  At: 40,
  Caret: 41,
  Dollar: 42,
  Bar: 43,
  /** An unquoted name with letters outside A–Z, which Trino refuses. */
  ForeignName: 44,
  /** A character that begins no token of the language. */
  Unknown: 45,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** How punctuation is written; words and literals have no fixed text. */
export const TOKEN_TEXT: Readonly<Partial<Record<number, string>>> = {
  [TokenKind.LeftParen]: '(',
  [TokenKind.RightParen]: ')',
  [TokenKind.LeftBracket]: '[',
  [TokenKind.RightBracket]: ']',
  [TokenKind.LeftBrace]: '{',
  [TokenKind.RightBrace]: '}',
  [TokenKind.LeftBraceMinus]: '{-',
  [TokenKind.RightBraceMinus]: '-}',
  [TokenKind.Comma]: ',',
  [TokenKind.Dot]: '.',
  [TokenKind.Semicolon]: ';',
  [TokenKind.Colon]: ':',
  [TokenKind.DoubleColon]: '::',
  [TokenKind.Equal]: '=',
  [TokenKind.NotEqual]: '<>',
  [TokenKind.Less]: '<',
  [TokenKind.LessEqual]: '<=',
  [TokenKind.Greater]: '>',
  [TokenKind.GreaterEqual]: '>=',
  [TokenKind.Plus]: '+',
  [TokenKind.Minus]: '-',
  [TokenKind.Star]: '*',
  [TokenKind.Slash]: '/',
  [TokenKind.Percent]: '%',
  [TokenKind.Concat]: '||',
  [TokenKind.Arrow]: '->',
  [TokenKind.FatArrow]: '=>',
  [TokenKind.Question]: '?',
  [TokenKind.At]: '@',
  [TokenKind.Caret]: '^',
  [TokenKind.Dollar]: '$',
  [TokenKind.Bar]: '|',
};
