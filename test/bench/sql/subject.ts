/** What is measured: our parser, or one that others wrote. What a subject cannot do is absent. */
export interface Subject {
  readonly name: string;
  /** Whether the text is a statement (or expression) without a syntax error. */
  readonly accepts: (sql: string, kind: 'statement' | 'expression') => boolean;
  /** What may follow the prefix, whose last token is complete. Keywords in upper case. */
  readonly nextWords: (prefix: string) => NextWords;
  /** The tables that the statement's FROM clauses name, as written, without those of WITH being left out. */
  readonly relations: (sql: string) => string[];
  /** The statement laid out; undefined when it is refused. */
  readonly format?: (sql: string) => string | undefined;
}

export interface NextWords {
  readonly keywords: ReadonlySet<string>;
  readonly isNameAllowed: boolean;
}
