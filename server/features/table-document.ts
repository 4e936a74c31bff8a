import type { TableLookup, TablePath } from '../catalog-index/catalog-view.ts';
import type { TableDetails } from '../catalog-index/source.ts';
import { TABLE_SCHEME } from '../protocol.ts';
import { quoteText, spellName } from './sql-names.ts';

/** The URI of the document that describes a table of the catalog. Its name is for people, its query holds the path. */
export function tableUri({ catalog, schema, table }: TablePath): string {
  const title = encodeURIComponent(table.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_'));
  return `${TABLE_SCHEME}:/${title}.sql?${encodeURIComponent(JSON.stringify([catalog, schema, table]))}`;
}

/** The table whose document it is; undefined for any other URI. */
export function tableOfUri(uri: string): TablePath | undefined {
  if (!uri.startsWith(`${TABLE_SCHEME}:`)) return undefined;
  try {
    const parts: unknown = JSON.parse(decodeURIComponent(uri.slice(uri.indexOf('?') + 1)));
    if (!Array.isArray(parts)) return undefined;
    const [catalog, schema, table] = parts as unknown[];
    const isPath = [catalog, schema, table].every(part => typeof part === 'string');
    return isPath
      ? { catalog: `${catalog as string}`, schema: `${schema as string}`, table: `${table as string}` }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A table as the statement that would make it, with what is known of its rows and snapshots in front. */
export function tableText(path: TablePath, found: TableLookup): string {
  const name = [path.catalog, path.schema, path.table].map(spellName).join('.');
  if (found.state === 'absent') return `-- There is no table ${name}.\n`;
  if (found.state === 'unknown' || found.details === undefined)
    return `-- The columns of ${name} are being read.\n`;
  const { details, isView } = found;
  const columns = details.columns.map(({ name: column, type, comment }) => {
    return `  ${spellName(column)} ${type}${comment === undefined ? '' : ` COMMENT ${quoteText(comment)}`}`;
  });
  const list = columns.join(',\n');
  if (isView) return `-- A view. Its columns:\n-- CREATE VIEW ${name}\n${list.replaceAll(/^/gm, '--')}\n`;
  return `${headOf(details)}CREATE TABLE ${name} (\n${list}\n)${tailOf(details)};\n`;
}

function headOf({ rowCount, snapshots = [] }: TableDetails): string {
  const lines = rowCount === undefined ? [] : [`-- ${rowCount.toLocaleString('en')} rows`];
  for (const { id, timestampMs, operation } of snapshots.slice(0, 5)) {
    lines.push(`-- snapshot ${id}: ${operation} ${new Date(timestampMs).toISOString()}`);
  }
  return lines.map(line => `${line}\n`).join('');
}

function tailOf({ comment, partitioning = [] }: TableDetails): string {
  const fields = partitioning.map(quoteText).join(', ');
  return [
    ...(comment === undefined ? [] : [`\nCOMMENT ${quoteText(comment)}`]),
    ...(partitioning.length === 0 ? [] : [`\nWITH (partitioning = ARRAY[${fields}])`]),
  ].join('');
}
