import type { Expression } from './ast-expressions.ts';
import type { Span } from './span.ts';

/** What every node of the syntax tree has. Offsets count from the beginning of the statement's own text. */
export interface NodeBase<Kind extends string = string> extends Span {
  readonly kind: Kind;
}

/** A name. A missing one has an empty span behind the token before it. */
export interface Identifier extends NodeBase<'Identifier'> {
  /** The name without quotes, doubled quotes undone, in the case it was written; '' when missing. */
  readonly name: string;
  readonly isQuoted: boolean;
  readonly isMissing: boolean;
}

/** `a.b.c`; always at least one part. */
export interface QualifiedName extends NodeBase<'QualifiedName'> {
  readonly parts: readonly Identifier[];
}

/** Stands where something was required and nothing fitting was found. */
export interface Missing extends NodeBase<'Missing'> {
  readonly expects:
    'expression' | 'relation' | 'query' | 'type' | 'statement' | 'pattern' | 'string' | 'number';
}

/** `name = value`; a null value is DEFAULT. */
export interface Property extends NodeBase<'Property'> {
  readonly name: QualifiedName;
  readonly value: Expression | null;
}
