/** How formatted SQL looks. */
export interface FormatOptions {
  /** How keywords are written; names, types and functions always stay as they are. */
  readonly keywordCase: 'upper' | 'lower' | 'keep';
  /** Spaces per level; 0 indents by tabs. */
  readonly indent: number;
  /** Where the comma of a broken list stands: behind an item, or in front of the next one. */
  readonly commas: 'trailing' | 'leading';
  /** Columns that a line should not exceed. */
  readonly lineWidth: number;
}

export const DEFAULT_FORMAT_OPTIONS: FormatOptions = {
  keywordCase: 'upper',
  indent: 2,
  commas: 'trailing',
  lineWidth: 100,
};
