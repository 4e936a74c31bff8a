import { KEYWORDS } from '../../sql/index.ts';
import { type Proposal, RANK } from './proposal.ts';
import type { Site } from './site.ts';

/** Words that nearly always come together are proposed together. */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  GROUP: ['GROUP BY'],
  ORDER: ['ORDER BY'],
  PARTITION: ['PARTITION BY'],
  INSERT: ['INSERT INTO'],
  DELETE: ['DELETE FROM'],
  MERGE: ['MERGE INTO'],
  CROSS: ['CROSS JOIN'],
  INNER: ['INNER JOIN'],
  LEFT: ['LEFT JOIN'],
  RIGHT: ['RIGHT JOIN'],
  FULL: ['FULL JOIN'],
  IS: ['IS NULL', 'IS NOT NULL'],
  UNION: ['UNION ALL', 'UNION'],
  WITHIN: ['WITHIN GROUP'],
};

/** Statements in which a word stands alone, or begins something else. */
const PHRASES_IN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Merge: { DELETE: ['DELETE'], INSERT: ['INSERT'] },
  CreateTable: { NOT: ['NOT NULL'] },
  AddColumn: { NOT: ['NOT NULL'] },
};

/** What is typed most comes first; the rest follows by name. */
const COMMON =
  `SELECT FROM WHERE GROUP ORDER BY JOIN LEFT ON AND OR LIMIT AS INNER CROSS HAVING WITH UNION INSERT
  CREATE TABLE VALUES SET UPDATE DELETE MERGE IN IS NOT LIKE BETWEEN NULL EXISTS CASE WHEN THEN ELSE END ASC DESC DISTINCT
  USING OVER PARTITION FILTER FOR UNNEST LATERAL CAST ARRAY`
    .trim()
    .split(/\s+/);
const COMMON_RANKS = new Map(COMMON.map((word, i) => [word, COMMON.length - i]));

/** The keywords that the grammar allows at the caret. */
export function proposeKeywords(site: Site): Proposal[] {
  const { caret, isLowerCase } = site;
  if (caret.isQuoted) return [];
  return [...caret.expectations.keywords].flatMap(id => {
    const word = KEYWORDS[id] ?? '';
    if (word === '') return [];
    const rank = RANK.keyword + (COMMON_RANKS.get(word) ?? 0);
    const phrases = PHRASES_IN[caret.statement.kind]?.[word] ?? PHRASES[word] ?? [word];
    return phrases.map((phrase, i): Proposal => {
      const text = isLowerCase ? phrase.toLowerCase() : phrase;
      return { label: text, kind: 'keyword', insertText: text, rank: rank - i / 10 };
    });
  });
}
