import type { Node } from 'yaml';
import { parseTransform, type Transform } from '../../catalog/iceberg/partition.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { PipelineConfig } from '../config.ts';
import { items, textOf, type YamlReader } from './yaml-reader.ts';

/** `namespace.table`, or a list of its parts. */
export function readTable(
  reader: YamlReader,
  node: Node | null | undefined,
  what = 'table',
): readonly string[] | undefined {
  if (node === undefined) return undefined;
  const parts = items(node)?.map(textOf) ?? textOf(node)?.split('.');
  const isUsable =
    parts !== undefined && parts.length >= 2 && parts.every(part => part !== undefined && part.trim() !== '');
  if (isUsable) return parts as string[];
  reader.fault(node, `${what} must be namespace.table, e.g. demo.flights, or a list of its parts.`);
  return undefined;
}

const TERM =
  /^(?:(year|month|day|hour|void|identity)\(\s*(.+?)\s*\)|(bucket|truncate)\(\s*(.+?)\s*,\s*(\d+)\s*\)|(.+))$/;

/** `day(pickup)`, `bucket(id, 16)`, `truncate(name, 2)`, or a column's name for its value. */
export function readPartitioning(
  reader: YamlReader,
  node: Node | null | undefined,
  schema: readonly NestedField[] | undefined,
): PipelineConfig['partitioning'] {
  const terms = items(node);
  if (terms === undefined) {
    reader.fault(node, 'partitioning must be a list, e.g. [day(pickup)].');
    return [];
  }
  return terms.flatMap(item => {
    const match = TERM.exec(textOf(item)?.trim() ?? '');
    const column = unquote(match?.[2] ?? match?.[4] ?? match?.[6] ?? '');
    const text = match?.[5] === undefined ? (match?.[1] ?? 'identity') : `${match[3] ?? ''}[${match[5]}]`;
    if (match === null || /[()]/.test(column)) {
      reader.fault(
        item,
        'A partition must be a column or day(column), bucket(column, 16), truncate(column, 4) …',
      );
      return [];
    }
    const field = schema?.find(candidate => candidate.name === column);
    const transform = parseTransform(text);
    if (schema !== undefined && field === undefined) {
      reader.fault(
        item,
        `partitioning names the column ${JSON.stringify(column)}, which the schema does not have.`,
      );
      return [];
    }
    const misfit = field === undefined ? undefined : transformMisfit(transform, field);
    if (misfit !== undefined) reader.fault(item, misfit);
    return [{ column, transform }];
  });
}

/** Why a transform cannot be applied to a column (specification, "Partition Transforms"); undefined when it can. */
function transformMisfit(transform: Transform, { name, type }: NestedField): string | undefined {
  const allowed = allowedKinds(transform);
  if (allowed.length === 0 ? !NESTED.has(type.kind) : allowed.includes(type.kind)) return undefined;
  return `${transform.kind}(${name}) cannot be taken of a column of type ${type.kind}.`;
}

function allowedKinds(transform: Transform): readonly string[] {
  switch (transform.kind) {
    case 'year':
    case 'month':
    case 'day':
      return ['date', 'timestamp', 'timestamptz'];
    case 'hour':
      return ['timestamp', 'timestamptz'];
    case 'truncate':
      return ['int', 'long', 'decimal', 'string', 'binary'];
    case 'bucket':
      return [
        'int',
        'long',
        'decimal',
        'date',
        'time',
        'timestamp',
        'timestamptz',
        'string',
        'uuid',
        'fixed',
        'binary',
      ];
    default:
      return [];
  }
}

const NESTED: ReadonlySet<string> = new Set(['struct', 'list', 'map']);

function unquote(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1) : text;
}
