import { type MergePreview, previewMerge, previewTransplant } from '../../catalog/merge-preview.ts';
import {
  type ContentKey,
  merge,
  type MergeBehavior,
  type MergeResult,
  type NessieConnection,
  type NessieConflict,
  transplant,
} from '../../catalog/nessie.ts';

/** Bringing commits of one reference onto a branch: all of them as one, or single ones as they are. */
export interface Integration {
  readonly from: string;
  readonly into: string;
  /** Only these commits, oldest first; everything that `from` has without. */
  readonly hashes?: readonly string[];
}

type Choices = readonly { readonly key: ContentKey; readonly behavior: MergeBehavior }[];
type Heads = Readonly<Record<'from' | 'into', { readonly name: string; readonly hash: string }>>;

/** What it would do. Nothing is changed. */
export async function rehearse(
  nessie: NessieConnection,
  { hashes }: Integration,
  { from, into, keys = [] }: Heads & { readonly keys?: Choices },
): Promise<MergePreview> {
  if (hashes === undefined) return previewMerge(nessie, { from, into, keys });
  return previewTransplant(nessie, { fromReference: from.name, hashes, into, keys });
}

/** Does it. Conflicts are part of the result, and nothing is changed then. */
export async function integrate(
  nessie: NessieConnection,
  { hashes }: Integration,
  { from, into, keys = [] }: Heads & { readonly keys?: Choices },
): Promise<MergeResult> {
  if (hashes === undefined) return merge(nessie, { from, into, keys });
  return transplant(nessie, { fromReference: from.name, hashes, into, keys });
}

/** What is to be done, as a title. */
export function integrationTitle({ from, into, hashes }: Integration): string {
  if (hashes === undefined) return `Merge ${from} into ${into}`;
  const what = hashes.length === 1 ? `commit ${hashes[0]?.slice(0, 12) ?? ''}` : `${hashes.length} commits`;
  return `Transplant ${what} of ${from} onto ${into}`;
}

/** A conflict in words. */
export function conflictReason({ kind, message }: NessieConflict): string {
  return REASONS[kind] ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  VALUE_DIFFERS: 'changed on both sides',
  KEY_EXISTS: 'made on both sides',
  KEY_DOES_NOT_EXIST: 'gone on the branch that receives',
  NAMESPACE_ABSENT: 'its namespace is not there',
  NAMESPACE_NOT_EMPTY: 'the namespace is not empty on the branch that receives',
  PAYLOAD_DIFFERS: 'another kind of thing on both sides',
  CONTENT_ID_DIFFERS: 'two different tables of the same name',
};
