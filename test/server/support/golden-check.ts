import { completeAt } from '../../../server/features/completion/completion.ts';
import { readScript } from '../../../server/script/script.ts';
import { GOLDEN_INPUT } from './golden-catalog.ts';
import type { GoldenCase } from './golden-cases.ts';

/** What is wrong with the completion of a case; empty when it is right. */
export function checkGoldenCase(golden: GoldenCase): string[] {
  const { proposals } = completeAt(readScript(golden.text), golden.offset, GOLDEN_INPUT);
  const labels = proposals.map(proposal => proposal.label);
  const inserted = proposals.map(proposal => proposal.insertText);
  const faults = [
    ...golden.present.filter(label => !labels.includes(label)).map(label => `missing: ${label}`),
    ...golden.absent.filter(label => labels.includes(label)).map(label => `unwanted: ${label}`),
    ...golden.inserts.filter(text => !inserted.includes(text)).map(text => `not inserted: ${text}`),
    ...golden.first.flatMap((label, i) =>
      labels[i] === label ? [] : [`place ${i + 1}: ${labels[i] ?? 'nothing'} instead of ${label}`],
    ),
  ];
  if (golden.isEmpty && labels.length > 0) faults.push(`not empty: ${labels.slice(0, 5).join(', ')}`);
  if (faults.length > 0) faults.push(`the list begins: ${labels.slice(0, 8).join(' | ')}`);
  return faults;
}
