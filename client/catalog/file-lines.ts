import type { FilePart } from '../../catalog/table-page.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { TableLine } from './catalog-nodes.ts';
import type { TablePlace } from './table-lines.ts';
import { countText } from '../count-text.ts';

/** The tree shows so many partitions or files of a table, those with most rows first. */
const SHOWN_LINES = 1000;

/** The lines of a table's partitions or files, from its manifests. */
export function fileLines(files: FilePart, group: 'partitions' | 'files', place: TablePlace): TableLine[] {
  const lines = group === 'partitions' ? partitionLines(files, place) : dataFileLines(files, place);
  const shown = lines.slice(0, SHOWN_LINES);
  const more = lines.length - shown.length;
  if (more > 0)
    return [...shown, note(group, place, `and ${countText(more)} more, on the page of the table`)];
  return lines.length === 0 ? [note(group, place, `No ${group}`)] : shown;
}

function partitionLines({ partitions }: FilePart, place: TablePlace): TableLine[] {
  return partitions.map(({ partition, specId, rows, dataFiles, deleteFiles, bytes }) => {
    const label = partition === '' ? 'whole table' : partition;
    const deletes = deleteFiles === 0 ? '' : ` + ${deleteFiles} with deletes`;
    const count = `${dataFiles} ${dataFiles === 1 ? 'file' : 'files'}${deletes}`;
    const description = `${countText(rows)} rows · ${formatBytes(Number(bytes))} · ${count}`;
    const id = `${specId} ${partition}`;
    return {
      kind: 'line',
      group: 'partitions',
      ...place,
      id,
      label,
      description,
      icon: 'symbol-enum',
      tooltip: `${label}\n${description}`,
    };
  });
}

function dataFileLines({ list }: FilePart, place: TablePlace): TableLine[] {
  return list.map(({ path, content, rows, bytes, partition }) => {
    const kind = content === 'data' ? '' : ` · ${content.replace('-', ' ')}`;
    const description = `${countText(rows)} rows · ${formatBytes(Number(bytes))}${kind}`;
    return {
      kind: 'line',
      group: 'files',
      ...place,
      id: path,
      label: path.slice(path.lastIndexOf('/') + 1),
      description,
      icon: content === 'data' ? 'file' : 'trash',
      tooltip: [path, description, ...(partition === '' ? [] : [partition])].join('\n'),
    };
  });
}

function note(group: TableLine['group'], place: TablePlace, label: string): TableLine {
  return { kind: 'line', group, ...place, id: 'note', label, description: '', icon: 'info', tooltip: label };
}
