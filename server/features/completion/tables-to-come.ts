import { fuzzyScore } from '../../catalog-index/fuzzy.ts';
import type { Select } from '../../sql/index.ts';
import { spellName } from '../sql-names.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, scopesOutwards, type Site } from './site.ts';

/** A table that FROM may name once it is written. */
interface Candidate {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly detail: string }[];
  readonly isCommon: boolean;
}

/** How many tables of the session's schema are looked at, and how many of their columns are offered. */
const MOST_TABLES = 300;
const MOST_COLUMNS = 160;

/**
 * Columns for a SELECT whose FROM is still to be written: of common tables, and of the tables whose columns are loaded in
 * the session's schema and in those that the statement names. Tables that have the other columns of the list, or a name that the qualifier may shorten, go first.
 */
export function proposeColumnsToCome(site: Site): Proposal[] {
  const select = nodeAround(site, 'Select') as Select | undefined;
  if (select === undefined || select.from.length > 0 || site.caret.path.length > 1) return [];
  const [qualifier] = site.caret.path;
  const present = wordsOf(site.caret.text.slice(select.start, select.end));
  const pattern = site.caret.typed.toLowerCase();
  const best = new Map<string, Proposal>();
  for (const candidate of candidates(site)) {
    const fit = fitOf(candidate, present, qualifier?.toLowerCase());
    for (const { name, detail } of candidate.columns) {
      if (name === '' || fuzzyScore(pattern, name) === 0) continue;
      const isUsed = present.has(name.toLowerCase());
      const uses = Math.min(20, 10 * (site.words.get(name.toLowerCase()) ?? 0));
      const rank = RANK.column - 150 + fit + (isUsed ? -60 : uses);
      const known = best.get(name);
      if (known !== undefined && known.rank >= rank) continue;
      best.set(name, {
        label: name,
        kind: 'column',
        insertText: spellName(name),
        detail: `${detail}  ${candidate.name}`.trim(),
        rank,
      });
    }
  }
  return [...best.values()].sort((a, b) => b.rank - a.rank).slice(0, MOST_COLUMNS);
}

function candidates(site: Site): Candidate[] {
  const { catalog: view } = site.environment;
  const common = scopesOutwards(site).flatMap(scope => [...scope.commonTables.values()]);
  const found = common.map(({ symbol, columns }): Candidate => ({
    name: symbol.name,
    columns: columns.map(column => ({ name: column.name, detail: '' })),
    isCommon: true,
  }));
  for (const { catalog, schema } of schemasInUse(site)) {
    for (const { name } of (view.tables(catalog, schema) ?? []).slice(0, MOST_TABLES)) {
      const columns = view.peek({ catalog, schema, table: name })?.columns ?? [];
      const described = columns.map(column => ({ name: column.name, detail: column.type }));
      found.push({ name, columns: described, isCommon: false });
    }
  }
  return found;
}

/** The session's schema, and those that the statement names elsewhere. */
function schemasInUse({ environment, analysis }: Site): { catalog: string; schema: string }[] {
  const { catalog, schema } = environment.session;
  const named = analysis.tables.flatMap(({ path }) => (path === undefined ? [] : [path]));
  const all = catalog === undefined || schema === undefined ? named : [{ catalog, schema }, ...named];
  return [...new Map(all.map(item => [`${item.catalog}.${item.schema}`.toLowerCase(), item])).values()];
}

/** What speaks for a table: the columns of the list that it has, and a qualifier made of letters of its name. */
function fitOf(
  { name, columns, isCommon }: Candidate,
  present: ReadonlySet<string>,
  qualifier: string | undefined,
): number {
  const shared = columns.filter(column => present.has(column.name.toLowerCase())).length;
  return (
    Math.min(90, shared * 30) +
    (isCommon ? 20 : 0) +
    (qualifier === undefined ? 0 : shortens(qualifier, name))
  );
}

/** `li` and `l1` may stand for `lineitem`, `oi` for `order_items`. */
function shortens(qualifier: string, name: string): number {
  const table = name.toLowerCase();
  const letters = qualifier.replace(/[0-9]+$/, '');
  if (letters === '' || table === qualifier) return table === qualifier ? 120 : 0;
  const initials = table
    .split(/[^a-z0-9]+/)
    .map(word => word.charAt(0))
    .join('');
  if (initials === letters) return 100;
  return table.startsWith(letters) ? 90 : 0;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)].map(match => match[0].toLowerCase()));
}
