import type { TablePath } from '../../catalog-index/catalog-view.ts';
import type { Span } from '../../sql/index.ts';

export type ProposalKind =
  | 'keyword'
  | 'catalog'
  | 'schema'
  | 'table'
  | 'view'
  | 'commonTable'
  | 'alias'
  | 'column'
  | 'field'
  | 'function'
  | 'type'
  | 'property'
  | 'procedure'
  | 'argument'
  | 'value'
  | 'variable'
  | 'window'
  | 'reference'
  | 'snippet';

/** One line of the list. */
export interface Proposal {
  readonly label: string;
  readonly kind: ProposalKind;
  readonly insertText: string;
  /** Whether `insertText` has tab stops: `$1`, `${1:name}`. */
  readonly isSnippet?: boolean;
  /** What stands grey behind the label: a type, a schema. */
  readonly detail?: string;
  readonly documentation?: string;
  /** What typed letters are compared with; the label where it is not given. */
  readonly filterText?: string;
  /** The table it is: what is known of it is told when somebody looks at the line. */
  readonly table?: TablePath;
  /** Higher stands further up. Steps of 100 tell groups apart. */
  readonly rank: number;
}

export interface CompletionList {
  readonly proposals: readonly Proposal[];
  /** Where the proposals go: the word at the caret, with its quotes. Offsets of the document. */
  readonly replace: Span;
  /** True when more typing may bring other proposals. */
  readonly isIncomplete: boolean;
}

/** How far up each kind stands when nothing else speaks for it. */
export const RANK = {
  expectedColumn: 900,
  column: 700,
  alias: 600,
  commonTable: 650,
  table: 600,
  schema: 400,
  catalog: 380,
  keyword: 300,
  function: 200,
  snippet: 150,
  other: 100,
} as const;
