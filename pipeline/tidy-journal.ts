import type { UnitJournal } from './compact/unit-journal.ts';
import type { Committer } from './iceberg/committer.ts';

export interface Tidying {
  committed(unitId: string): void;
  done(): Promise<void>;
}

/** Keeps the journal short beside the commits: closes their entries, and once looks at what earlier runs left. */
export function createTidying(
  journal: UnitJournal,
  committer: Committer,
  notice: (text: string) => void,
): Tidying {
  let work = Promise.resolve();
  let isClean = false;
  const tidy = async (unitId: string): Promise<void> => {
    await journal.close(unitId);
    if (isClean) return;
    isClean = true;
    const { tables, offsets } = committer.state();
    const existing = [...tables.values()].filter(({ contentId }) => contentId !== undefined);
    const count = await journal.clean(existing, offsets?.next ?? new Map());
    if (count > 0) notice(`Deleted ${count} files that an earlier run left without a commit.`);
  };
  return {
    committed: unitId => {
      // What fails here stays in the journal for the next run.
      work = work.then(() => tidy(unitId)).catch(() => {});
    },
    done: () => work,
  };
}
