import { type Comparison, type Filter, FilterFault, type Operand } from './filter.ts';
import { parseSource } from './parse-source.ts';

/**
 * Reads a condition as SQL writes it: comparisons of columns with values or columns, `is null`, `in (…)`, `between … and …`,
 * `like`, a boolean column alone, and `and`, `or`, `not` over them. `$.path` and `kafka.offset` stand for themselves. Throws
 * FilterFault.
 */
export function parseFilter(text: string): Filter {
  const cursor: Cursor = { tokens: tokenize(text), next: 0 };
  const filter = readOr(cursor);
  const token = peek(cursor);
  if (token.kind !== 'end') throw unexpected(token, 'and, or, or the end');
  return filter;
}

type Token =
  | {
      readonly kind: 'name' | 'quoted' | 'source' | 'text' | 'number' | 'symbol';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

interface Cursor {
  readonly tokens: readonly Token[];
  next: number;
}

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<text>'(?:[^']|'')*')`,
    String.raw`(?<quoted>"(?:[^"]|"")*")`,
    String.raw`(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<source>(?:\$|kafka(?=\.))(?:\.[^\s.[\]"'(),=<>!]+|\["(?:[^"\\]|\\.)*"\]|\['(?:[^'\\]|\\.)*'\]|\[\d+\])*)`,
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<symbol><=|>=|<>|!=|==|[=<>(),])`,
  ].join('|'),
  'uy',
);

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    const [kind, found] = Object.entries(match?.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || found === undefined) {
      const rest = text.slice(position);
      if (/^['"]/.test(rest))
        throw new FilterFault(`A ${rest.startsWith("'") ? 'text' : 'name'} is not closed.`, position);
      throw new FilterFault(`${JSON.stringify([...rest][0])} has no meaning here.`, position);
    }
    if (kind !== 'space') tokens.push({ kind, text: found, at: position } as Token);
    position += found.length;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

function readOr(cursor: Cursor): Filter {
  let left = readAnd(cursor);
  while (takeWord(cursor, 'or')) left = { kind: 'or', left, right: readAnd(cursor) };
  return left;
}

function readAnd(cursor: Cursor): Filter {
  let left = readNot(cursor);
  while (takeWord(cursor, 'and')) left = { kind: 'and', left, right: readNot(cursor) };
  return left;
}

function readNot(cursor: Cursor): Filter {
  if (takeWord(cursor, 'not')) return { kind: 'not', of: readNot(cursor) };
  if (!takeSymbol(cursor, '(')) return readPredicate(cursor);
  const inner = readOr(cursor);
  expectSymbol(cursor, ')');
  return inner;
}

function readPredicate(cursor: Cursor): Filter {
  const of = readOperand(cursor);
  const token = peek(cursor);
  const { at } = token;
  const operator = OPERATORS.get(token.kind === 'symbol' ? token.text : '');
  if (operator !== undefined) {
    cursor.next += 1;
    return { kind: 'compare', operator, left: of, right: readOperand(cursor), at };
  }
  if (token.text === '==') throw new FilterFault('One = compares.', at);
  if (takeWord(cursor, 'is')) {
    const isNegated = takeWord(cursor, 'not');
    if (!takeWord(cursor, 'null')) throw unexpected(peek(cursor), isNegated ? 'null' : 'null or not null');
    return negate({ kind: 'null', of, at }, isNegated);
  }
  const isNegated = takeWord(cursor, 'not');
  if (takeWord(cursor, 'in')) return negate(readIn(cursor, of, at), isNegated);
  if (takeWord(cursor, 'between')) return negate(readBetween(cursor, of, at), isNegated);
  if (takeWord(cursor, 'like')) {
    const pattern = readOperand(cursor);
    if (pattern.kind !== 'text') throw new FilterFault("like needs a text, e.g. 'A%'.", pattern.at);
    return negate({ kind: 'like', of, pattern: pattern.text, at }, isNegated);
  }
  if (isNegated) throw unexpected(peek(cursor), 'in, between or like');
  if (of.kind !== 'column' && of.kind !== 'source') throw unexpected(token, 'a comparison');
  return { kind: 'test', of, at: of.at };
}

const OPERATORS: ReadonlyMap<string, Comparison> = new Map([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

function negate(of: Filter, isNegated: boolean): Filter {
  return isNegated ? { kind: 'not', of } : of;
}

/** `a in (1, 2)` is `a = 1 or a = 2`. */
function readIn(cursor: Cursor, left: Operand, at: number): Filter {
  expectSymbol(cursor, '(');
  let filter: Filter | undefined;
  do {
    const equal: Filter = { kind: 'compare', operator: '=', left, right: readOperand(cursor), at };
    filter = filter === undefined ? equal : { kind: 'or', left: filter, right: equal };
  } while (takeSymbol(cursor, ','));
  expectSymbol(cursor, ')');
  return filter;
}

function readBetween(cursor: Cursor, left: Operand, at: number): Filter {
  const low = readOperand(cursor);
  if (!takeWord(cursor, 'and')) throw unexpected(peek(cursor), 'and');
  return {
    kind: 'and',
    left: { kind: 'compare', operator: '>=', left, right: low, at },
    right: { kind: 'compare', operator: '<=', left, right: readOperand(cursor), at },
  };
}

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'is', 'null', 'in', 'between', 'like']);

function readOperand(cursor: Cursor): Operand {
  const token = peek(cursor);
  const { text, at } = token;
  cursor.next += 1;
  switch (token.kind) {
    case 'quoted':
      return { kind: 'column', name: text.slice(1, -1).replaceAll('""', '"'), at };
    case 'text':
      return { kind: 'text', text: text.slice(1, -1).replaceAll("''", "'"), at };
    case 'number':
      return { kind: 'number', text: plainNumber(text), at };
    case 'source': {
      const parsed = parseSource(text);
      if ('fault' in parsed) throw new FilterFault(parsed.fault, at + parsed.at);
      return { kind: 'source', source: parsed.source, text, at };
    }
    case 'name': {
      const word = text.toLowerCase();
      if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', at };
      if (word === 'null') throw new FilterFault('Write is null: nothing is equal to null.', at);
      if (!WORDS.has(word)) return { kind: 'column', name: text, at };
      throw unexpected(token, 'a column or a value');
    }
    default:
      throw unexpected(token, 'a column or a value');
  }
}

function plainNumber(text: string): string {
  return text.replace(/^(-?)\./, '$10.').replace(/\.(?=$|[eE])/, '');
}

function peek({ tokens, next }: Cursor): Token {
  // The last token is the end, which nothing goes beyond.
  return tokens[Math.min(next, tokens.length - 1)]!;
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = peek(cursor);
  const isIt = token.kind === 'name' && token.text.toLowerCase() === word;
  if (isIt) cursor.next += 1;
  return isIt;
}

function takeSymbol(cursor: Cursor, symbol: string): boolean {
  const token = peek(cursor);
  const isIt = token.kind === 'symbol' && token.text === symbol;
  if (isIt) cursor.next += 1;
  return isIt;
}

function expectSymbol(cursor: Cursor, symbol: string): void {
  if (!takeSymbol(cursor, symbol)) throw unexpected(peek(cursor), symbol);
}

function unexpected({ kind, text, at }: Token, expected: string): FilterFault {
  const found = kind === 'end' ? 'the end' : text;
  return new FilterFault(`Expected ${expected}, found ${found}.`, at);
}
