import type { NestedField } from '../../../catalog/iceberg/types.ts';
import type { Shape } from '../../schema/shape.ts';
import { inputType } from './input-type.ts';
import { outputType } from './output-type.ts';

export interface Declarations {
  /** How a pipeline file is called, without its folder. */
  readonly pipelineFile: string;
  /** What the records of a sample look like; undefined where the topic holds none. */
  readonly input: Shape | undefined;
  /** Undefined where nobody says yet what the columns are. */
  readonly columns: readonly NestedField[] | undefined;
  /** Columns that are not made of the member of their name. */
  readonly ruled?: readonly string[];
}

/** The declarations against which an editor checks a transform: what it gets, and what it may return. */
export function printDeclarations({ pipelineFile, input, columns, ruled = [] }: Declarations): string {
  const own = columns?.filter(({ name }) => !ruled.includes(name));
  return `// Written by \`lakehouse etl types ${pipelineFile}\`. Run it again when the records or the table change.

/** A record, as a sample of the topic shows it. It is a copy: it may be changed. */
export type Input = ${input === undefined ? 'Record<string, any>' : inputType(input)};

/** A row, as the columns of the table take it. Further members are left out. */
export type Output = ${own === undefined ? 'Record<string, unknown>' : outputType(own, { isOpen: ruled.length > 0 })};

/** A number with more digits than a double holds. Returned as it is, it keeps all of them. */
export interface ExactDecimal {
  /** The nearest double. */
  valueOf(): number;
  /** All digits. */
  toString(): string;
}

/** Where a record stood. */
export interface Context {
  readonly pipeline: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: Date;
  /** The key as UTF-8, and as it is; undefined where the record has none. */
  readonly key: string | undefined;
  readonly keyBytes: Uint8Array | undefined;
  /** As UTF-8; the last one of each name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes one row, several or none of a record. Must not be async. What it throws becomes a dead letter with file and line.
 * The language is there, but neither Node nor the network.
 */
export type Transform = (record: Input, context: Context) => Output | readonly Output[] | null | undefined;
`;
}
