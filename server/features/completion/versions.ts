import type { SnapshotInfo, TableDetails } from '../../catalog-index/source.ts';
import { lookupTable, tablePath } from '../../semantics/tables.ts';
import type { QualifiedName, TableReference } from '../../sql/index.ts';
import { quoteText } from '../sql-names.ts';
import { CARET_NAME } from './caret.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, type Site } from './site.ts';

/** `FOR VERSION AS OF |` and `FOR TIMESTAMP AS OF |`: the table's snapshots, newest first, its branches and tags. */
export function proposeVersions(site: Site): Proposal[] {
  const table = nodeAround(site, 'TableReference') as TableReference | undefined;
  const version = table?.version;
  if (table === undefined || version == null || site.caret.offset < version.start) return [];
  const value = version.value;
  if (value.kind !== 'ColumnReference' || value.name.name !== CARET_NAME) return [];
  const details = detailsOf(site, table.name);
  if (version.type === 'TIMESTAMP') return (details?.snapshots ?? []).map(timestampProposal);
  const references = details?.references ?? [];
  return [
    ...(details?.snapshots ?? []).map(snapshotProposal),
    ...references.map(({ name, type }, i): Proposal => ({
      label: quoteText(name),
      kind: 'reference',
      insertText: quoteText(name),
      detail: type,
      rank: RANK.expectedColumn + 100 - i,
    })),
  ];
}

export function detailsOf(site: Pick<Site, 'environment'>, name: QualifiedName): TableDetails | undefined {
  const path = tablePath(name, site.environment);
  const found = path === undefined ? undefined : lookupTable(site.environment, path);
  return found?.state === 'present' ? found.details : undefined;
}

function snapshotProposal(snapshot: SnapshotInfo, index: number): Proposal {
  return {
    label: snapshot.id,
    kind: 'value',
    insertText: snapshot.id,
    detail: `${snapshot.operation}  ${timeText(snapshot)} UTC`,
    rank: RANK.expectedColumn + 200 - index / 10,
  };
}

function timestampProposal(snapshot: SnapshotInfo, index: number): Proposal {
  const text = `TIMESTAMP '${timeText(snapshot)} UTC'`;
  return {
    label: text,
    kind: 'value',
    insertText: text,
    detail: `${snapshot.operation}  snapshot ${snapshot.id}`,
    rank: RANK.expectedColumn + 200 - index / 10,
  };
}

function timeText({ timestampMs }: SnapshotInfo): string {
  return new Date(timestampMs).toISOString().replace('T', ' ').replace('Z', '');
}

/** `t @ |`: branches of the table and of the catalog. */
export function proposeBranches(site: Site): Proposal[] {
  const [target] = site.analysis.tables;
  const own = target === undefined ? [] : (detailsOf(site, target.name)?.references ?? []);
  const names = [...own, ...site.environment.catalog.references()].filter(({ type }) => type === 'branch');
  const unique = [...new Map(names.map(reference => [reference.name, reference])).values()];
  return unique.map(({ name, type }, i) => ({
    label: name,
    kind: 'reference',
    insertText: /^[a-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`,
    detail: type,
    rank: RANK.expectedColumn - i,
  }));
}
