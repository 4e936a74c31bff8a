/** Something the parser found wrong, before it is put into words. */
export interface Problem {
  readonly code: ProblemCode;
  /** The token at which it was found. */
  readonly token: number;
  /** What would have been right, or what is wrong, as a short noun phrase; its meaning depends on the code. */
  readonly detail: string;
  /** Where it is, when that is not the token. */
  readonly start: number;
  readonly end: number;
}

/**
 * - `expected`: the token is not what the rule needs; `detail` says what it needs.
 * - `unexpected`: the construct before the token is complete and the token cannot follow it.
 * - `name`: the token is a name that Trino refuses.
 * - `value`: a literal, count or combination that parses and that Trino refuses; `detail` is the whole message.
 * - `too-deep`: constructs nest deeper than the parser follows.
 */
export type ProblemCode = 'expected' | 'unexpected' | 'name' | 'value' | 'too-deep';
