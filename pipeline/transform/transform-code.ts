/** The code of a transform as it was read once: what runs does not change when the files do. Plain data, sent to the worker. */
export interface TransformCode {
  /** The file that exports the function, relative to the folder of the pipeline file, with `/`. */
  readonly file: string;
  /** Of the file as it was read; where it imports others, of the list of all their sums and names. */
  readonly sha256: string;
  /** The file first, then what it imports, directly and indirectly. */
  readonly modules: readonly TransformModule[];
}

export interface TransformModule {
  /** As {@link TransformCode.file}. */
  readonly file: string;
  /** `script`: the body of a CommonJS module, each line of it where it stands in the file; `json`: the file's text. */
  readonly kind: 'script' | 'json';
  readonly text: string;
  /** Which file each import of the module is, or why it can be none. */
  readonly imports: ReadonlyMap<string, { readonly file: string } | { readonly fault: string }>;
}

/** A module's body as an expression that gives a function, its first line still the first. */
export function asFunction({ text }: Pick<TransformModule, 'text'>): string {
  return `(function (exports, require, module) {${text}\n})`;
}
