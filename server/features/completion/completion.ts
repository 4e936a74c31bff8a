import { fuzzyScore } from '../../catalog-index/fuzzy.ts';
import { analyzeScript, type ScriptContext } from '../../script/workspace-session.ts';
import { type PastJoin, pastJoins } from '../../script/past-joins.ts';
import type { Script } from '../../script/script.ts';
import type { SqlFunction } from '../../sql/functions.ts';
import type { NameRole } from '../../sql/index.ts';
import { quoteName } from '../sql-names.ts';
import { type Caret, type CaretPlace, placeCaret } from './caret.ts';
import { proposeColumns, proposeMembers } from './columns.ts';
import { proposeListedColumns } from './column-lists.ts';
import { proposeFunctions, proposeTypes } from './functions.ts';
import { proposeJoinConditions } from './join-conditions.ts';
import { proposeKeywords } from './keywords.ts';
import {
  proposeArguments,
  proposeProcedures,
  proposeProperties,
  proposePropertyValues,
  proposeSessionProperties,
} from './properties.ts';
import { type CompletionList, type Proposal, RANK } from './proposal.ts';
import { describeSite, type Site } from './site.ts';
import { proposeColumnsToCome } from './tables-to-come.ts';
import { proposeSnippets } from './snippets.ts';
import { proposeInString } from './strings.ts';
import { proposeTables } from './tables.ts';
import { proposeBranches, proposeVersions } from './versions.ts';

export interface CompletionInput extends ScriptContext {
  /** Every function that can be called. */
  readonly functions: () => Iterable<SqlFunction>;
  /** Every document that is open, whatever it runs in. */
  readonly openScripts?: readonly Script[];
  /** The character that was just typed, when it is what made the list come up. */
  readonly trigger?: string | undefined;
}

interface ProposalInput extends CompletionInput {
  readonly pastJoins: () => readonly PastJoin[];
}

/** More lines than anybody reads; further typing brings the others. */
const PROPOSAL_LIMIT = 200;

/**
 * What may be written at an offset of a document, best first. Pure and synchronous: it answers from what the catalog view
 * holds now, whatever state the statement is in.
 */
export function completeAt(script: Script, offset: number, input: CompletionInput): CompletionList {
  const place = placeCaret(script, offset);
  if (place.kind === 'nowhere' || isClosingQuote(place, input.trigger))
    return { proposals: [], replace: { start: offset, end: offset }, isIncomplete: false };
  const environment = analyzeScript(script, input).environmentOf(place.caret.index);
  if (place.kind === 'string') {
    const proposals = proposeInString(place.caret, environment);
    return finish(proposals, { typed: place.caret.typed, replace: place.caret.replace, isCut: false });
  }
  const { caret } = place;
  const site = describeSite(caret, environment);
  const others = input.openScripts ?? input.siblings ?? [];
  const found = propose(site, { ...input, pastJoins: () => pastJoins(script, caret.index, others) });
  const { typed, replace } = caret;
  return finish(caret.isQuoted ? found.proposals.flatMap(quoted) : found.proposals, {
    typed,
    replace,
    isCut: found.isCut,
  });
}

/** A quote that ends a text or name asks for nothing: a list would only take the Enter that follows. */
function isClosingQuote(place: CaretPlace, trigger: string | undefined): boolean {
  if (trigger === "'") return place.kind !== 'string';
  return (
    trigger === '"' && (place.kind !== 'name' || !place.caret.isQuoted || place.caret.typed.endsWith('"'))
  );
}

/** Inside quotes only names stand, and they are quoted: editors compare what stands in the document, with its quote. */
function quoted(proposal: Proposal): Proposal[] {
  if (proposal.insertText.startsWith('"') && !proposal.insertText.includes('.'))
    return [withQuotedFilter(proposal)];
  if (!NAME_KINDS.has(proposal.kind)) return [];
  const name = (proposal.filterText ?? proposal.label).split('.').at(-1) ?? '';
  return [withQuotedFilter({ ...proposal, insertText: quoteName(name) })];
}

const NAME_KINDS = new Set<Proposal['kind']>([
  ...([
    'catalog',
    'schema',
    'table',
    'view',
    'commonTable',
    'alias',
    'column',
    'field',
    'variable',
    'window',
  ] as const),
]);

function withQuotedFilter(proposal: Proposal): Proposal {
  const filter = proposal.filterText ?? proposal.label;
  return filter.startsWith('"') ? proposal : { ...proposal, filterText: `"${filter}` };
}

interface Finishing {
  readonly typed: string;
  readonly replace: CompletionList['replace'];
  readonly isCut: boolean;
}

/** Keeps what fits the typed letters, the best first, and no more than can be looked at. */
function finish(proposals: readonly Proposal[], { typed, replace, isCut }: Finishing): CompletionList {
  const pattern = typed.toLowerCase();
  const fitting = proposals
    .map(proposal => ({ proposal, score: score(pattern, proposal) }))
    .filter(item => item.score > 0)
    .sort((a, b) => b.score - a.score || (a.proposal.label < b.proposal.label ? -1 : 1));
  const best = fitting.slice(0, PROPOSAL_LIMIT).map(item => item.proposal);
  return { proposals: best, replace, isIncomplete: isCut || fitting.length > PROPOSAL_LIMIT };
}

/** Typed letters weigh as much as what speaks for a proposal otherwise. */
function score(pattern: string, proposal: Proposal): number {
  if (pattern === '') return proposal.rank + 10_000;
  const fit = fuzzyScore(pattern, (proposal.filterText ?? proposal.label).replace(/^"/, ''));
  return fit === 0 ? 0 : fit + proposal.rank / 2 + 1;
}

interface Found {
  readonly proposals: readonly Proposal[];
  readonly isCut: boolean;
}

function propose(site: Site, input: ProposalInput): Found {
  const { caret } = site;
  const { names } = caret.expectations;
  const listed = proposeListedColumns(site);
  if (listed !== undefined) return whole([...listed, ...proposeKeywords(site)]);
  // After AS only a new name can stand: a list would only be in the way.
  if (names.size === 1 && names.has('alias') && caret.expectations.keywords.size === 0) return whole([]);
  const proposals: Proposal[] = [];
  let isCut = false;
  for (const role of names) {
    const found = proposeFor(role, site, input);
    proposals.push(...found.proposals);
    isCut ||= found.isCut;
  }
  if (caret.path.length === 0) {
    proposals.push(...proposeKeywords(site), ...proposePropertyValues(site), ...argumentsAt(site));
    if (isStatementStart(caret)) proposals.push(...proposeSnippets());
  }
  return { proposals: unique(proposals), isCut };
}

function isStatementStart({ before, typed, isQuoted }: Caret): boolean {
  return before.count === 0 && typed.length < 12 && !isQuoted;
}

/** Arguments of procedures are looked for by the tree too: an expression may stand where a named argument may. */
function argumentsAt(site: Site): Proposal[] {
  return site.nodes.some(node => node.kind === 'Argument') ? proposeArguments(site) : [];
}

function whole(proposals: readonly Proposal[]): Found {
  return { proposals, isCut: false };
}

function proposeFor(role: NameRole, site: Site, input: ProposalInput): Found {
  switch (role) {
    case 'column':
      if (site.caret.path.length > 0) return whole(members(site));
      return whole(proposeValues(site, input));
    case 'member':
    case 'field':
      return whole(members(site));
    case 'table':
    case 'view':
    case 'object':
      return proposeTables(site);
    case 'schema':
    case 'catalog':
      return whole(placeProposals(site, role));
    case 'function':
      return whole(proposeFunctions(site, input.functions()));
    case 'type':
      return whole(proposeTypes(site));
    case 'procedure':
      return whole(proposeProcedures(site));
    case 'argument':
      return whole(proposeArguments(site));
    case 'property':
      return whole(proposeProperties(site));
    case 'session-property':
      return whole(proposeSessionProperties(site));
    case 'branch':
      return whole(proposeBranches(site));
    case 'window':
      return whole(windowProposals(site));
    case 'variable':
      return whole(proposeColumns(site).filter(proposal => proposal.kind === 'variable'));
    default:
      return whole([]);
  }
}

/** A qualifier that names nothing yet may be that of a table whose FROM is still to be written. */
function members(site: Site): Proposal[] {
  const found = proposeMembers(site);
  return found.length > 0 ? found : proposeColumnsToCome(site);
}

/** Everything that an expression may begin with. */
function proposeValues(site: Site, input: ProposalInput): Proposal[] {
  const versions = proposeVersions(site);
  if (versions.length > 0) return versions;
  return [
    ...proposeJoinConditions(site, input.pastJoins),
    ...proposeColumns(site),
    ...proposeColumnsToCome(site),
    ...proposeFunctions(site, input.functions()),
  ];
}

function placeProposals(site: Site, role: 'schema' | 'catalog'): Proposal[] {
  const { proposals } = proposeTables(site);
  return proposals.filter(({ kind }) => kind === 'catalog' || (role === 'schema' && kind === 'schema'));
}

function windowProposals(site: Site): Proposal[] {
  const windows = new Map<string, Proposal>();
  for (let scope = site.scoped?.scope ?? null; scope !== null; scope = scope.parent) {
    for (const { name } of scope.windows.values()) {
      windows.set(name, {
        label: name,
        kind: 'window',
        insertText: name,
        detail: 'window',
        rank: RANK.expectedColumn,
      });
    }
  }
  return [...windows.values()];
}

/** One line for each text of a kind. */
function unique(proposals: readonly Proposal[]): Proposal[] {
  const best = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const key = `${proposal.kind} ${proposal.insertText}`;
    const known = best.get(key);
    if (known === undefined || known.rank < proposal.rank) best.set(key, proposal);
  }
  return [...best.values()];
}
