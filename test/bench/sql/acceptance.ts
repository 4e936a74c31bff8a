import type { Corpus, LabelledSql } from './corpus.ts';
import type { Subject } from './subject.ts';

export interface Acceptance {
  /** Share of valid statements accepted, by file and altogether. */
  readonly acceptedByFile: ReadonlyMap<string, { readonly share: number; readonly count: number }>;
  readonly validAccepted: number;
  readonly invalidRejected: number;
  /** Share of one-token changes with the same verdict as Trino's. */
  readonly mutantAgreement: number;
  /** Share of valid mutants rejected, and of invalid ones accepted. */
  readonly falseRejects: number;
  readonly falseAccepts: number;
  /** Statements with the wrong verdict. */
  readonly wrong: readonly LabelledSql[];
}

export function measureAcceptance(subject: Subject, corpus: Corpus): Acceptance {
  const wrong: LabelledSql[] = [];
  const judge = (rows: readonly LabelledSql[]): LabelledSql[] => {
    const misjudged = rows.filter(row => subject.accepts(row.sql, row.kind ?? 'statement') !== row.valid);
    wrong.push(...misjudged);
    return misjudged;
  };
  const acceptedByFile = new Map<string, { share: number; count: number }>();
  const all = { valid: 0, rejected: 0, invalid: 0, accepted: 0 };
  for (const [file, rows] of corpus.labelled) {
    const valid = rows.filter(row => row.valid);
    const invalid = rows.filter(row => !row.valid);
    const rejected = judge(valid).length;
    if (valid.length > 0)
      acceptedByFile.set(file, { share: 1 - rejected / valid.length, count: valid.length });
    all.valid += valid.length;
    all.rejected += rejected;
    all.invalid += invalid.length;
    all.accepted += judge(invalid).length;
  }
  const misjudged = judge(corpus.mutants);
  const mutants = Math.max(corpus.mutants.length, 1);
  return {
    acceptedByFile,
    validAccepted: 1 - all.rejected / Math.max(all.valid, 1),
    invalidRejected: 1 - all.accepted / Math.max(all.invalid, 1),
    mutantAgreement: 1 - misjudged.length / mutants,
    falseRejects: misjudged.filter(row => row.valid).length / mutants,
    falseAccepts: misjudged.filter(row => !row.valid).length / mutants,
    wrong,
  };
}
