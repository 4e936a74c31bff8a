/** A half-open range of UTF-16 offsets into the text it was parsed from. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
