import { fuzzyScore } from '../../catalog-index/fuzzy.ts';
import type { SqlFunction } from '../../sql/functions.ts';
import { TYPES } from '../../sql/types.ts';
import { nodeAround } from './site.ts';
import { type Proposal, RANK } from './proposal.ts';
import type { Site } from './site.ts';

/** What analysts call most, most first. */
const COMMON =
  `count sum avg min max coalesce cast date_trunc round substr lower upper concat length replace if nullif
  try_cast extract row_number rank lag lead approx_distinct date_diff date_add year month day array_agg split trim format
  json_extract_scalar regexp_extract regexp_like date_format from_unixtime to_unixtime element_at cardinality`
    .trim()
    .split(/\s+/);
const COMMON_RANKS = new Map(COMMON.map((name, i) => [name, COMMON.length - i]));

/** Functions for an expression. Forms without parentheses, such as CURRENT_DATE, are keywords. */
export function proposeFunctions(site: Site, functions: Iterable<SqlFunction>): Proposal[] {
  const proposals: Proposal[] = [];
  const hasOver = nodeAround(site, 'Select') !== undefined;
  for (const item of functions) {
    if (item.syntax !== undefined && !item.syntax.includes('(')) continue;
    const isTable = item.signatures.length > 0 && item.signatures.every(({ kind }) => kind === 'table');
    const isWindow = item.signatures.some(({ kind }) => kind === 'window');
    if (isTable || (isWindow && !hasOver) || !mayFit(site, item.name)) continue;
    proposals.push(functionProposal(site, item));
  }
  return proposals;
}

/** There are many functions: those that cannot fit what is typed are not made into proposals. */
function mayFit({ caret }: Site, name: string): boolean {
  return caret.typed === '' || fuzzyScore(caret.typed.toLowerCase(), name) > 0;
}

function functionProposal(site: Site, item: SqlFunction): Proposal {
  const name = site.isLowerCase || !/^[A-Z]+$/.test(site.caret.typed) ? item.name : item.name.toUpperCase();
  const [signature] = item.signatures;
  const isEmpty = signature?.parameters.length === 0 && item.signatures.length === 1;
  const call = isEmpty ? `${name}()` : `${name}($1)`;
  const isSnippet = !site.hasParenthesis && !isEmpty;
  const uses = site.words.get(item.name) ?? 0;
  return {
    label: name,
    kind: 'function',
    insertText: site.hasParenthesis ? name : call,
    ...(isSnippet ? { isSnippet } : {}),
    detail: item.syntax ?? signatureText(item),
    ...(item.summary === '' ? {} : { documentation: item.summary }),
    rank: RANK.function + (COMMON_RANKS.get(item.name) ?? 0) + Math.min(30, uses * 10),
  };
}

const signatureTexts = new WeakMap<SqlFunction, string>();

/** `(string, start, length) → varchar`: the longest signature. */
function signatureText(item: SqlFunction): string {
  let text = signatureTexts.get(item);
  if (text === undefined) signatureTexts.set(item, (text = longestSignature(item)));
  return text;
}

function longestSignature(item: SqlFunction): string {
  const longest = item.signatures.reduce<SqlFunction['signatures'][number] | undefined>(
    (best, next) => ((best?.parameters.length ?? -1) >= next.parameters.length ? best : next),
    undefined,
  );
  if (longest === undefined) return item.syntax ?? item.name;
  const names = longest.parameters.map(parameter => parameter.name).join(', ');
  return `(${names}${longest.isVariadic ? ', …' : ''}) → ${longest.returns}`;
}

/** Types, with tab stops where they take arguments. */
export function proposeTypes(site: Site): Proposal[] {
  const isTable = site.caret.statement.kind === 'CreateTable' || site.caret.statement.kind === 'AddColumn';
  return TYPES.filter(type => type.name !== 'unknown' && type.name !== 'function').map((type, i) => {
    const name = site.isLowerCase || site.caret.typed === '' ? type.name : type.name.toUpperCase();
    const needsArguments = /^(decimal|array|map|row)$/.test(type.name);
    return {
      label: name,
      kind: 'type',
      insertText: needsArguments ? `${name}($1)` : name,
      ...(needsArguments ? { isSnippet: true } : {}),
      detail: type.parameters === '' ? 'type' : `(${type.parameters})`,
      documentation: type.summary,
      rank: RANK.table + 50 - i - (isTable && !type.isInIceberg ? 100 : 0),
    };
  });
}
