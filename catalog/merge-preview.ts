import { diffTables, type TableDiff } from './iceberg/table-diff.ts';
import type { TableMetadata } from './iceberg/metadata.ts';
import {
  type Content,
  type ContentKey,
  getContents,
  merge,
  type MergeBehavior,
  type MergeResult,
  type NessieConflict,
  type NessieConnection,
  type RefSpec,
  transplant,
} from './nessie.ts';
import type { ObjectStore } from './storage.ts';
import { loadTableMetadata } from './table-loader.ts';

/** What a merge or transplant would do, told by Nessie itself in a dry run. Nothing is changed by asking. */
export interface MergePreview {
  readonly isPossible: boolean;
  readonly commonAncestor?: string;
  readonly keys: readonly PreviewKey[];
}

/** What a merge would do to one table, view or namespace. */
export interface PreviewKey {
  readonly key: ContentKey;
  readonly behavior: MergeBehavior;
  readonly conflict?: NessieConflict;
  /** What stands behind the key where the two parted, and on both sides now; absent where there is nothing. */
  readonly ancestor?: Content;
  readonly source?: Content;
  readonly target?: Content;
}

interface PreviewRequest {
  readonly into: Required<RefSpec>;
  readonly keys?: readonly { readonly key: ContentKey; readonly behavior: MergeBehavior }[];
  readonly signal?: AbortSignal;
}

/** Rehearses a merge of `from` into a branch. */
export async function previewMerge(
  nessie: NessieConnection,
  request: PreviewRequest & { readonly from: Required<RefSpec> },
): Promise<MergePreview> {
  const result = await merge(nessie, { ...request, dryRun: true });
  return toPreview(nessie, result, { ...request, source: request.from });
}

/** Rehearses copying single commits, oldest first, onto a branch. */
export async function previewTransplant(
  nessie: NessieConnection,
  request: PreviewRequest & { readonly fromReference: string; readonly hashes: readonly string[] },
): Promise<MergePreview> {
  const result = await transplant(nessie, { ...request, dryRun: true });
  const source = { name: request.fromReference, hash: request.hashes.at(-1) ?? '' };
  return toPreview(nessie, result, { ...request, source });
}

/** The two ways that a table in conflict went since the branches parted. */
export interface ConflictSides {
  readonly source: TableDiff;
  readonly target: TableDiff;
}

/**
 * For a table in conflict: what each side did to it, snapshots and schema, since their common ancestor. Undefined when one of
 * the three states is no table. Throws TableUnreadableError.
 */
export async function explainConflict(
  store: ObjectStore,
  key: PreviewKey,
  signal?: AbortSignal,
): Promise<ConflictSides | undefined> {
  const load = async (content: Content | undefined): Promise<TableMetadata | undefined> =>
    content?.type === 'ICEBERG_TABLE'
      ? loadTableMetadata(store, content.metadataLocation, { signal })
      : undefined;
  const [ancestor, source, target] = await Promise.all([key.ancestor, key.source, key.target].map(load));
  if (ancestor === undefined || source === undefined || target === undefined) return undefined;
  return { source: diffTables(ancestor, source), target: diffTables(ancestor, target) };
}

async function toPreview(
  nessie: NessieConnection,
  result: MergeResult,
  request: PreviewRequest & { readonly source: RefSpec },
): Promise<MergePreview> {
  const keys = result.keys.map(item => item.key);
  const at = async (ref: RefSpec | undefined): Promise<readonly (Content | undefined)[]> => {
    if (ref === undefined || keys.length === 0) return [];
    const signal = request.signal === undefined ? {} : { signal: request.signal };
    return (await getContents(nessie, ref, { keys, ...signal })).items.map(item => item.content);
  };
  const ancestorRef = result.commonAncestor === undefined ? undefined : { hash: result.commonAncestor };
  const [ancestors, sources, targets] = await Promise.all([
    at(ancestorRef),
    at(request.source),
    at(request.into),
  ]);
  return {
    isPossible: result.isSuccessful,
    ...(result.commonAncestor === undefined ? {} : { commonAncestor: result.commonAncestor }),
    keys: result.keys.map((item, index) => ({
      ...item,
      ...side('ancestor', ancestors?.[index]),
      ...side('source', sources?.[index]),
      ...side('target', targets?.[index]),
    })),
  };
}

function side<K extends 'ancestor' | 'source' | 'target'>(
  name: K,
  content: Content | undefined,
): { readonly [P in K]?: Content } {
  return content === undefined ? {} : ({ [name]: content } as { readonly [P in K]?: Content });
}
