/** A proposal for a file's table with the types spelled out, for the page that shows it. */
export interface ProposalText {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly remarks: readonly string[];
  /** The first rows, a text per column; null for NULL. */
  readonly preview: readonly (readonly (string | null)[])[];
  /** Rows that the types were guessed from. */
  readonly sampled: number;
  readonly rows?: number;
  readonly bytes: number;
  /** Types that a person may choose instead. */
  readonly types: readonly string[];
}
