import { completeAt, type CompletionInput } from '../../../server/features/completion/completion.ts';
import { readScript } from '../../../server/script/script.ts';
import type { SymbolKind } from '../../../server/semantics/model.ts';
import { builtInFunctions, findFunction } from '../../../server/sql/functions.ts';
import { analyzed } from '../../server/support/analyzed.ts';
import { benchmarkCatalogs, fixedCatalogs } from '../../server/support/fixed-catalog.ts';

/** What of a query counts as an identifier position: everything that is named, but where it is declared. */
const COUNTED = new Set<SymbolKind>([
  'table',
  'commonTable',
  'relationAlias',
  'column',
  'columnAlias',
  'field',
  'window',
]);

export interface NameFigures {
  readonly positions: number;
  readonly inList: number;
  readonly top10: number;
  readonly top1: number;
  readonly byKind: ReadonlyMap<string, { positions: number; inList: number; top10: number; top1: number }>;
  readonly missed: readonly string[];
}

const INPUT: CompletionInput = {
  catalog: fixedCatalogs(benchmarkCatalogs()),
  connection: { catalog: 'tpch', schema: 'tiny' },
  findFunction,
  functions: () => builtInFunctions().values(),
};

/**
 * Takes every identifier out of every query, asks for completion in its place without a letter typed, and looks where the
 * true name stands. `isCut` also takes away everything behind it.
 */
export function measureNames(queries: readonly string[], isCut: boolean): NameFigures {
  const totals = { positions: 0, inList: 0, top10: 0, top1: 0 };
  const byKind = new Map<string, typeof totals>();
  const missed: string[] = [];
  for (const sql of queries) {
    const seen = new Set<number>();
    for (const { span, symbol, isDeclaration } of analyzed(sql).references) {
      if (isDeclaration || !COUNTED.has(symbol.kind) || seen.has(span.start)) continue;
      seen.add(span.start);
      const place = placeOf(sql, { span, symbol, isCut });
      const kind = byKind.get(symbol.kind) ?? { positions: 0, inList: 0, top10: 0, top1: 0 };
      byKind.set(symbol.kind, kind);
      for (const count of [totals, kind]) {
        count.positions++;
        if (place >= 0) count.inList++;
        if (place >= 0 && place < 10) count.top10++;
        if (place === 0) count.top1++;
      }
      if (place < 0)
        missed.push(`${symbol.kind} ${symbol.name}: ${sql.slice(Math.max(0, span.start - 60), span.start)}`);
    }
  }
  return { ...totals, byKind, missed };
}

interface Position {
  readonly span: { readonly start: number; readonly end: number };
  readonly symbol: { readonly name: string };
  readonly isCut: boolean;
}

/** Where the true name stands in the list; -1 when it is not there. */
function placeOf(sql: string, { span, isCut }: Position): number {
  const name = sql.slice(span.start, span.end).replace(/^"|"$/g, '').toLowerCase();
  const text = sql.slice(0, span.start) + (isCut ? '' : sql.slice(span.end));
  const { proposals } = completeAt(readScript(text), span.start, INPUT);
  const found = proposals.findIndex(({ insertText, filterText, label }) => {
    const written = insertText.replaceAll('"', '').toLowerCase();
    return written === name || written.endsWith(`.${name}`) || (filterText ?? label).toLowerCase() === name;
  });
  return found;
}
