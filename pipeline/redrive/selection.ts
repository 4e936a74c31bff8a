/** Which dead letters are meant; what is left out restricts nothing. */
export interface LetterSelection {
  readonly topic?: string;
  readonly partition?: number;
  /** Both ends belong to it. */
  readonly offsets?: { readonly from?: bigint; readonly to?: bigint };
  /** A piece of the error's text, in upper or lower case. */
  readonly error?: string;
}

/** Where a dead letter came from, and why it is no row. */
export interface LetterPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly error: string;
}

export function isSelected(
  { topic, partition, offsets, error }: LetterSelection,
  letter: LetterPlace,
): boolean {
  if (topic !== undefined && letter.topic !== topic) return false;
  if (partition !== undefined && letter.partition !== partition) return false;
  if (offsets?.from !== undefined && letter.offset < offsets.from) return false;
  if (offsets?.to !== undefined && letter.offset > offsets.to) return false;
  return error === undefined || letter.error.toLowerCase().includes(error.toLowerCase());
}

/** Reads `100..200`, `100..`, `..200` or `100`; both ends belong to it. Throws a RangeError. */
export function parseOffsetSpan(text: string): NonNullable<LetterSelection['offsets']> {
  const match = /^(\d*)(\.\.(\d*))?$/.exec(text.trim());
  const [, first = '', dots, last = ''] = match ?? [];
  const from = first === '' ? undefined : BigInt(first);
  const to = dots === undefined ? from : last === '' ? undefined : BigInt(last);
  if (match === null || (from === undefined && to === undefined)) {
    throw new RangeError(
      `${JSON.stringify(text)} is no span of offsets: write 100..200, 100.., ..200 or one offset; both ends belong to it.`,
    );
  }
  if (from !== undefined && to !== undefined && from > to)
    throw new RangeError(`The span of offsets ${text} ends before it begins.`);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Whether letters of `owner` are those of a pipeline: its own, or those of a back-fill of it. */
export function isLetterOf(pipeline: string, owner: string): boolean {
  return owner === pipeline || owner.startsWith(`${pipeline}.backfill-`);
}

/** What errors that differ only in the record's own content have in common, to count them by. */
export function errorKind(error: string): string {
  const [first = ''] = error.split('\n');
  return first
    .replace(/^(row \d+ of \d+|line \d+): /, '')
    .replace(/^(no JSON): .*$/, '$1')
    .replace(/^given up: .*$/, 'given up: deleted by Kafka before they were read')
    .replace(/, found .*$/, '');
}
