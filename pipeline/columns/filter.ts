import type { ColumnSource } from './column-rule.ts';

/** A condition on rows, taken apart. Plain data: it is sent to the worker thread. `at` is a place in the text. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
      readonly at: number;
    }
  | { readonly kind: 'null'; readonly of: Operand; readonly at: number }
  | { readonly kind: 'like'; readonly of: Operand; readonly pattern: string; readonly at: number }
  /** A boolean column. */
  | { readonly kind: 'test'; readonly of: Operand; readonly at: number };

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  /** A place of the record, or what Kafka knows of it, without a column of its own in the table. */
  | { readonly kind: 'source'; readonly source: ColumnSource; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number };

/** What is wrong with a condition, and at which character of its text. */
export class FilterFault extends Error {
  override readonly name = 'FilterFault';
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
