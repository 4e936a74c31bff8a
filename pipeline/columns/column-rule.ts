import type { IcebergType } from '../../catalog/iceberg/types.ts';
import type { TimeFormat } from './time-format.ts';

/** Where the values of a column come from. */
export type ColumnSource =
  /** A member of the record's value, e.g. `$.customer.address.city` or `$.items[0].sku`. */
  | { readonly kind: 'path'; readonly steps: readonly PathStep[] }
  /** What Kafka knows of the record, e.g. `kafka.offset`. */
  | { readonly kind: 'topic' | 'partition' | 'offset' | 'timestamp' | 'key' | 'headers' }
  /** The last header of a name, e.g. `kafka.headers.trace-id`. */
  | { readonly kind: 'header'; readonly name: string };

/** The name of a member, or a position in an array counted from 0. The first step of a path is a name. */
export type PathStep = string | number;

/** How one column is made. Plain data: it is sent to the worker thread. */
export interface ColumnRule {
  readonly column: string;
  readonly from: ColumnSource;
  /** Undefined: as the schema or the table has it. */
  readonly type: IcebergType | undefined;
  /** Whether values of other types are converted; they are refused otherwise. */
  readonly cast: boolean;
  /** How dates and times are written; ISO 8601 where it is left out. */
  readonly format: TimeFormat | undefined;
  /** In place of null and of what is missing. */
  readonly default: Literal | undefined;
  /** Only a condition looks at it: the table has no such column, and what does not fit is null. */
  readonly isHidden?: boolean;
}

/** A value as it stands in a pipeline file. */
export interface Literal {
  readonly value: string | number | boolean;
  /** Its spelling, which has every digit. */
  readonly text: string;
}

/** What a pipeline file says about columns and rows beyond their types. */
export interface ColumnRules {
  readonly rules: readonly ColumnRule[];
  /** Members of records that no column is wanted for. */
  readonly dropped: readonly string[];
}

export const NO_RULES: ColumnRules = { rules: [], dropped: [] };

/** A source as a pipeline file writes it. */
export function sourceToText(source: ColumnSource): string {
  switch (source.kind) {
    case 'path':
      return `$${source.steps.map(stepToText).join('')}`;
    case 'header':
      return `kafka.headers${stepToText(source.name)}`;
    default:
      return `kafka.${source.kind}`;
  }
}

function stepToText(step: PathStep): string {
  if (typeof step === 'number') return `[${step}]`;
  return PLAIN_NAME.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** A name that needs no quotes in a path. */
const PLAIN_NAME = /^[^\s.[\]"'(),]+$/u;
