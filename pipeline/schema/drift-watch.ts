import type { ColumnSpec } from '../decode/column.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { findUnknownMember } from '../decode/unknown-members.ts';
import { type DriftChange, pathToText } from './drift.ts';
import { createDriftCollector, type Refusals } from './find-drift.ts';

/** What a worker is told about records that are not as the table is. Plain data. */
export type DriftPlan =
  { readonly action: 'ignore' | 'deadLetter' } | ({ readonly action: 'add' } & Refusals);

/** Looks at rows that the fast path gave up on, and at what others would not notice: members that no column takes. */
export interface DriftWatch {
  /** Whether members that no column takes may be passed over where they are null. */
  readonly allowsNull: boolean;
  /**
   * Judges a row that was appended, or was not because of `misfit`. Answers undefined for a row, the reason for a bad record,
   * and DRIFTED for a row that an evolution of the table will take.
   */
  judge(row: RecordObject, misfit: string | undefined): string | undefined | typeof DRIFTED;
  /** What all rows together ask for that have drifted; empty while none has. */
  changes(): readonly DriftChange[];
}

export const DRIFTED = Symbol('drifted');

/** Undefined where such members are simply left out. */
export function openDriftWatch(specs: readonly ColumnSpec[], plan: DriftPlan): DriftWatch | undefined {
  switch (plan.action) {
    case 'ignore':
      return undefined;
    case 'deadLetter':
      return {
        allowsNull: false,
        judge: (row, misfit) => misfit ?? unknownMember(findUnknownMember(specs, row, false)),
        changes: () => [],
      };
    case 'add': {
      const collector = createDriftCollector(specs, plan);
      let hasDrifted = false;
      return {
        allowsNull: true,
        judge: (row, misfit) => {
          if (misfit === undefined && findUnknownMember(specs, row, true) === undefined) return undefined;
          const reason = collector.note(row, misfit);
          if (reason !== undefined) return reason;
          hasDrifted = true;
          return DRIFTED;
        },
        changes: () => (hasDrifted ? collector.changes() : []),
      };
    }
  }
}

function unknownMember(path: readonly string[] | undefined): string | undefined {
  return path && `has a field that no column takes: ${pathToText(path).slice(0, 300)}`;
}
