import type { RedriveProgress, RedriveResult } from '../../pipeline/redrive/redrive-table.ts';

/** One line per kind of error, the most frequent first. */
export function describeErrors({ errors }: Pick<RedriveResult, 'errors'>): string[] {
  return errors.map(({ error, letters, example: { topic, partition, offset } }) => {
    return `${count(letters, 'letter')}: ${error} (first: ${topic}/${partition} offset ${offset})`;
  });
}

/** What would come of a redrive, before it is made. */
export function describePlan({ letters, resolved, rows }: RedriveResult): string {
  return `${number(resolved)} of ${count(letters, 'dead letter')} would become ${count(rows, 'row')}`;
}

/** What came of it. */
export function describeOutcome({ letters, resolved, rows }: RedriveResult, table: string): string {
  const failing = letters - resolved;
  const rest =
    failing === 0
      ? ''
      : ` ${count(failing, 'dead letter')} still ${failing === 1 ? 'is no row' : 'are no rows'}.`;
  return `${count(resolved, 'dead letter')} became ${count(rows, 'row')} of ${table}.${rest}`;
}

export function describeProgress({ seen, total, resolved }: RedriveProgress): string {
  return `${number(seen)} of ${number(total)} looked at, ${number(resolved)} done`;
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
