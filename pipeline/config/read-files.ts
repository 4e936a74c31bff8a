import type { Node } from 'yaml';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { FilePolicy, MaintenancePolicy, SortTerm } from '../config.ts';
import {
  BYTE_UNITS,
  items,
  readMapping,
  readQuantity,
  textOf,
  TIME_UNITS,
  type YamlReader,
} from './yaml-reader.ts';

export const DEFAULT_FILES: FilePolicy = { targetBytes: 128 * 1024 * 1024, sortBy: [], openPartitions: 64 };
export const DEFAULT_MAINTENANCE: MaintenancePolicy = {
  compactEveryMs: 10 * 60_000,
  expireAfterMs: 7 * 86_400_000,
  retainLast: 100,
};

const MIN_TARGET_BYTES = 1024 * 1024;
const MAX_OPEN_PARTITIONS = 1_000;

/** `files: { targetSize: 128MB, sortBy: [pickup, fare desc], openPartitions: 64 }` */
export function readFiles(
  reader: YamlReader,
  node: Node | null | undefined,
  schema: readonly NestedField[] | undefined,
): FilePolicy {
  const members = readMapping(reader, node, ['targetSize', 'sortBy', 'openPartitions'], 'files');
  const quantity = (name: string, units: Readonly<Record<string, number>>, fallback: number): number =>
    members.has(name)
      ? (readQuantity(reader, members.get(name), units, `files.${name}`) ?? fallback)
      : fallback;
  const targetBytes = quantity('targetSize', BYTE_UNITS, DEFAULT_FILES.targetBytes);
  if (targetBytes < MIN_TARGET_BYTES)
    reader.fault(members.get('targetSize'), 'files.targetSize must be at least 1MB.');
  const openPartitions = quantity('openPartitions', { '': 1 }, DEFAULT_FILES.openPartitions);
  if (openPartitions > MAX_OPEN_PARTITIONS)
    reader.fault(
      members.get('openPartitions'),
      `files.openPartitions must be at most ${MAX_OPEN_PARTITIONS}.`,
    );
  const sortBy = members.has('sortBy') ? readSortBy(reader, members.get('sortBy'), schema) : [];
  return { targetBytes, sortBy, openPartitions };
}

const SORT_TERM = /^(?:"(.+)"|(\S+))(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/i;

function readSortBy(
  reader: YamlReader,
  node: Node | null | undefined,
  schema: readonly NestedField[] | undefined,
): SortTerm[] {
  const terms = items(node);
  if (terms === undefined) reader.fault(node, 'files.sortBy must be a list, e.g. [pickup, fare desc].');
  return (terms ?? []).flatMap(item => {
    const match = SORT_TERM.exec(textOf(item)?.trim() ?? '');
    const column = match?.[1] ?? match?.[2];
    if (match === null || column === undefined) {
      reader.fault(item, 'A sort term must be a column, or a column with desc, e.g. "fare desc nulls last".');
      return [];
    }
    const fault = schema === undefined ? undefined : sortMisfit(column, schema);
    if (fault !== undefined) reader.fault(item, fault);
    const direction = match[3]?.toLowerCase() === 'desc' ? 'desc' : 'asc';
    // As Iceberg's own writers do where nothing is said.
    const nulls = match[4]?.toLowerCase() ?? (direction === 'asc' ? 'first' : 'last');
    return [{ column, direction, nullOrder: nulls === 'first' ? 'nulls-first' : 'nulls-last' }];
  });
}

function sortMisfit(column: string, schema: readonly NestedField[]): string | undefined {
  const field = schema.find(candidate => candidate.name === column);
  if (field === undefined)
    return `files.sortBy names the column ${JSON.stringify(column)}, which the schema does not have.`;
  const { kind } = field.type;
  return kind === 'struct' || kind === 'list' || kind === 'map'
    ? `Rows cannot be sorted by the nested column ${JSON.stringify(column)}.`
    : undefined;
}

/** `maintenance: { compact: 10m, expire: 7d, retain: 100 }`; each may be `off`, and so may the whole. */
export function readMaintenance(reader: YamlReader, node: Node | null | undefined): MaintenancePolicy {
  const { retainLast } = DEFAULT_MAINTENANCE;
  if (isOff(node)) return { compactEveryMs: undefined, expireAfterMs: undefined, retainLast };
  const members = readMapping(reader, node, ['compact', 'expire', 'retain'], 'maintenance');
  const time = (name: string, fallback: number | undefined): number | undefined => {
    if (!members.has(name)) return fallback;
    if (isOff(members.get(name))) return undefined;
    return readQuantity(reader, members.get(name), TIME_UNITS, `maintenance.${name}`) ?? fallback;
  };
  return {
    compactEveryMs: time('compact', DEFAULT_MAINTENANCE.compactEveryMs),
    expireAfterMs: time('expire', DEFAULT_MAINTENANCE.expireAfterMs),
    retainLast: members.has('retain')
      ? (readQuantity(reader, members.get('retain'), { '': 1 }, 'maintenance.retain') ?? retainLast)
      : retainLast,
  };
}

/** YAML itself may have read the word as false. */
function isOff(node: Node | null | undefined): boolean {
  const text = textOf(node);
  return text === 'off' || text === 'false';
}
