import { lex, TokenKind, type Tokens } from '../../server/sql/words.ts';

const MASK = `'***'`;
const SECRET_NAME =
  /passw|pwd|secret|token|credential|access[-_.]?key|api[-_.]?key|private[-_.]?key|\bsas\b/i;
/** Whether a value of this name is one to keep nowhere. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Credentials inside an address: `user:password@host`, `?password=…`. */
const SECRET_IN_ADDRESS = /:\/\/[^/\s:@']*:[^/\s@']+@|[?&;](?:[\w.-]*(?:password|pwd|secret|token|key))=/i;

/** A statement as it may be kept, and what was taken out of it. */
export interface Masked {
  readonly text: string;
  /** The values that were taken out, to find them in messages too. */
  readonly secrets: readonly string[];
}

/**
 * The statement with every literal left out that is the value of a name like a secret's, or that is an address with
 * credentials. Which literal belongs to a name is read from the tokens, so comments and line ends between do not matter.
 */
export function maskSecrets(statement: string): Masked {
  const tokens = lex(statement);
  const secrets: string[] = [];
  let text = '';
  let at = 0;
  for (const i of secretLiterals(tokens)) {
    const start = tokens.start[i] ?? 0;
    const end = tokens.end[i] ?? start;
    text += statement.slice(at, start) + MASK;
    at = end;
    secrets.push(valueOf(statement.slice(start, end)));
  }
  return { text: text + statement.slice(at), secrets: secrets.filter(secret => secret.length > 2) };
}

/** The tokens that are secrets, in order. */
function* secretLiterals(tokens: Tokens): Generator<number> {
  const { kind, text } = tokens;
  let depth = 0;
  /** The depth of parentheses in which the value of a secret stands, while inside one. */
  let valueDepth: number | undefined;
  /** Within `MAP(ARRAY['password'], ARRAY['x'])` names and values stand apart. */
  let isSecretMap = false;
  let brackets = 0;
  for (let i = 0; i < tokens.count; i++) {
    const raw = text.slice(tokens.start[i], tokens.end[i]);
    if (OPENING.has(kind[i])) depth++;
    if (CLOSING.has(kind[i])) depth--;
    if (kind[i] === TokenKind.LeftBracket) brackets++;
    if (kind[i] === TokenKind.RightBracket) brackets--;
    if (valueDepth !== undefined && endsValue({ kind: kind[i], raw, depth, valueDepth }))
      valueDepth = undefined;
    if (LITERALS.has(kind[i])) {
      if (valueDepth !== undefined || (isSecretMap && brackets > 0) || SECRET_IN_ADDRESS.test(raw)) {
        yield i;
        continue;
      }
      if (brackets > 0 && SECRET_NAME.test(raw)) isSecretMap = true;
    }
    if (!SECRET_NAME.test(raw)) continue;
    if (
      LITERALS.has(kind[i])
        ? ASSIGNS.has(kind[i + 1]) || kind[i + 1] === TokenKind.Comma
        : isNameOfNext(kind, i)
    ) {
      // The sign itself, above all a comma, ends nothing.
      if (!LITERALS.has(kind[i + 1])) i++;
      valueDepth = depth;
    }
  }
}

/** A message without the secrets of the statement it is about. */
export function withoutSecrets(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message);
}

/** Whether a kept statement lacks a secret, so that it cannot be run as it is. */
export function isMasked(statement: string): boolean {
  return statement.includes(MASK);
}

const LITERALS: ReadonlySet<number | undefined> = new Set([
  TokenKind.String,
  TokenKind.UnicodeString,
  TokenKind.BinaryString,
  TokenKind.DollarString,
]);
const NAMES: ReadonlySet<number | undefined> = new Set([
  TokenKind.Word,
  TokenKind.QuotedName,
  TokenKind.BackQuotedName,
]);
const ASSIGNS: ReadonlySet<number | undefined> = new Set([TokenKind.Equal, TokenKind.FatArrow]);
const OPENING: ReadonlySet<number | undefined> = new Set([TokenKind.LeftParen, TokenKind.LeftBracket]);
const CLOSING: ReadonlySet<number | undefined> = new Set([TokenKind.RightParen, TokenKind.RightBracket]);

/** True for `password = 'x'`, `password => 'x'` and `PASSWORD 'x'`. */
function isNameOfNext(kind: Tokens['kind'], i: number): boolean {
  return NAMES.has(kind[i]) && (ASSIGNS.has(kind[i + 1]) || LITERALS.has(kind[i + 1]));
}

interface ValueEnd {
  readonly kind: number | undefined;
  readonly raw: string;
  readonly depth: number;
  readonly valueDepth: number;
}

function endsValue({ kind, raw, depth, valueDepth }: ValueEnd): boolean {
  if (kind === TokenKind.Semicolon || depth < valueDepth) return true;
  return depth === valueDepth && (kind === TokenKind.Comma || /^(?:AND|OR|FROM|WHERE)$/i.test(raw));
}

function valueOf(raw: string): string {
  const body = /^(?:U&|X)?'([^]*?)'?$/i.exec(raw)?.[1] ?? raw.replace(/^\$\$|\$\$$/g, '');
  return body.replaceAll("''", "'");
}
