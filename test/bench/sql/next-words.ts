import { lex } from '../../../server/sql/index.ts';
import { K, KEYWORDS } from '../../../server/sql/keywords.ts';
import { TokenKind } from '../../../server/sql/tokens.ts';
import type { NextKeywords } from './corpus.ts';
import type { Subject } from './subject.ts';

export interface NextWordFigures {
  readonly positions: number;
  /** Share of the keywords that may follow that were offered, over all positions. */
  readonly recall: number;
  /** Share of the offered keywords that may follow. */
  readonly precision: number;
  /** Share of positions where the keyword that really followed was offered. */
  readonly actualKeyword: number;
  /** Share of positions where a name really followed and names were offered. */
  readonly actualName: number;
  /** Share of positions where names were offered exactly when they are allowed. */
  readonly nameAgreement: number;
  readonly misses: readonly {
    readonly prefix: string;
    readonly missing: string[];
    readonly extra: string[];
  }[];
}

/** How well a subject knows what may come next. */
export function measureNextWords(subject: Subject, rows: readonly NextKeywords[]): NextWordFigures {
  const sum = {
    wanted: 0,
    offered: 0,
    both: 0,
    keywords: 0,
    keywordsOffered: 0,
    names: 0,
    namesOffered: 0,
    agreed: 0,
  };
  const misses: { prefix: string; missing: string[]; extra: string[] }[] = [];
  for (const row of rows) {
    const { keywords, isNameAllowed } = subject.nextWords(row.prefix);
    const wanted = new Set(row.keywords);
    const missing = row.keywords.filter(word => !keywords.has(word));
    const extra = [...keywords].filter(word => !wanted.has(word));
    sum.wanted += wanted.size;
    sum.offered += keywords.size;
    sum.both += wanted.size - missing.length;
    if (missing.length > 0 || extra.length > 0) misses.push({ prefix: row.prefix, missing, extra });
    if (isNameAllowed === row.nameAllowed) sum.agreed++;
    const actual = row.actualNext.toUpperCase();
    if (wanted.has(actual)) {
      sum.keywords++;
      if (keywords.has(actual)) sum.keywordsOffered++;
    } else if (row.nameAllowed && isName(row.actualNext)) {
      sum.names++;
      if (isNameAllowed) sum.namesOffered++;
    }
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  return {
    positions: rows.length,
    recall: share(sum.both, sum.wanted),
    precision: share(sum.both, sum.offered),
    actualKeyword: share(sum.keywordsOffered, sum.keywords),
    actualName: share(sum.namesOffered, sum.names),
    nameAgreement: share(sum.agreed, rows.length),
    misses,
  };
}

/**
 * The same positions with an error earlier in the statement: its first query gets `zz, ,` in front of its list, or the
 * first comma is doubled. Positions before the error are left out.
 */
export function withEarlierErrors(rows: readonly NextKeywords[]): NextKeywords[] {
  return rows.flatMap(row => {
    const tokens = lex(row.prefix);
    const found: NextKeywords[] = [];
    const select = tokens.keyword.indexOf(K.SELECT);
    const at = tokens.end[select + 1] ?? 0;
    if (select >= 0 && select + 1 < tokens.count && !startsQuantifier(row.prefix, at)) {
      const end = tokens.end[select] ?? 0;
      found.push({ ...row, prefix: `${row.prefix.slice(0, end)} zz, , ${row.prefix.slice(end)}` });
    }
    const comma = tokens.kind.indexOf(TokenKind.Comma);
    if (comma >= 0 && comma + 1 < tokens.count) {
      const end = tokens.end[comma] ?? 0;
      found.push({ ...row, prefix: `${row.prefix.slice(0, end)} , ${row.prefix.slice(end)}` });
    }
    return found;
  });
}

/** `SELECT DISTINCT` would become `SELECT zz, , DISTINCT`, which is another error. */
function startsQuantifier(prefix: string, end: number): boolean {
  return /\b(distinct|all)$/i.test(prefix.slice(0, end));
}

function isName(word: string): boolean {
  return /^[a-z_"]/i.test(word) && !RESERVED.has(word.toUpperCase());
}

const RESERVED = new Set<string>(KEYWORDS.slice(1));
