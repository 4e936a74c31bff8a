import { stringifyRecord } from './print-record.ts';
import type { TriedRecord, TrialResult } from './try-records.ts';

/** What records would become, for people: each with what was read from it and its rows. */
export function trialToText({ records, console }: TrialResult): string {
  if (records.length === 0) return 'The topics hold no records.\n';
  return [
    ...records.map(recordToText),
    ...(console.length === 0 ? [] : ['The console:\n', ...console.map(line => `  ${line}\n`), '\n']),
    `${summaryOf(records)} Nothing was written.\n`,
  ].join('');
}

function recordToText({ topic, partition, offset, input, rows, tables, error }: TriedRecord): string {
  const came = input.map(row => `  ${stringifyRecord(row)}\n`).join('');
  const become =
    error !== undefined
      ? `  dead letter: ${error}\n`
      : rows.length === 0
        ? '  no row\n'
        : rows
            .map(
              (row, index) =>
                `  → ${tables[index] === undefined ? '' : `${tables[index]} `}${stringifyRecord(row)}\n`,
            )
            .join('');
  return `${topic}/${partition} offset ${offset}\n${came}${become}\n`;
}

function summaryOf(records: readonly TriedRecord[]): string {
  const rows = records.reduce((sum, record) => sum + record.rows.length, 0);
  const bad = records.filter(({ error }) => error !== undefined).length;
  const none = records.filter(record => record.error === undefined && record.rows.length === 0).length;
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  return [
    `${count(records.length, 'record')}: ${count(rows, 'row')}`,
    ...(none === 0 ? [] : [`${none} filtered out`]),
    ...(bad === 0 ? [] : [count(bad, 'dead letter')]),
  ]
    .join(', ')
    .concat('.');
}
