import { isMap, type Node } from 'yaml';
import type { CommitPolicy, ConfigFault, ErrorPolicy, PipelineConfig } from '../config.ts';
import { looksIntoRecords } from '../columns/filter-sources.ts';
import { NO_RULES } from '../columns/column-rule.ts';
import { readColumns, readFilter } from './read-columns.ts';
import { DEFAULT_DRIFT, readDrift } from './read-drift.ts';
import { DEFAULT_FILES, DEFAULT_MAINTENANCE, readFiles, readMaintenance } from './read-files.ts';
import { readRoute } from './read-route.ts';
import { readSchema } from './read-schema.ts';
import { readPartitioning, readTable } from './read-table.ts';
import { type ReadNearby, readSource } from './read-source.ts';
import { readTransform } from './read-transform.ts';
import {
  BYTE_UNITS,
  openYaml,
  readChoice,
  readMapping,
  readQuantity,
  readText,
  textOf,
  TIME_UNITS,
  type YamlReader,
} from './yaml-reader.ts';

const MEMBERS = [
  'name',
  'source',
  'table',
  'branch',
  'members',
  'schema',
  'columns',
  'filter',
  'partitioning',
  'route',
  'commit',
  'files',
  'maintenance',
  'onError',
  'drift',
  'transform',
];

/** When a commit is due, where a pipeline file does not say it: whichever comes first. */
export const DEFAULT_COMMIT: CommitPolicy = { intervalMs: 10_000, rows: 5_000_000, bytes: 512 * 1024 * 1024 };
/** What happens to records that are no rows, where a pipeline file does not say it. */
export const DEFAULT_ON_ERROR: ErrorPolicy = { action: 'deadLetter', maxRatio: 0.5 };

/** Reads a pipeline file as far as it can be understood, and says everything that is wrong with it. */
export function readConfig(
  text: string,
  readNearby?: ReadNearby,
): {
  readonly config: PipelineConfig | undefined;
  readonly faults: readonly ConfigFault[];
} {
  const reader = openYaml(text);
  if (reader.faults.length > 0) return { config: undefined, faults: reader.faults };
  const members = readMapping(reader, reader.root, MEMBERS, 'A pipeline');
  const required = (name: string): Node | null | undefined => {
    const node = members.get(name);
    if (node === undefined && isMap(reader.root))
      reader.fault(reader.root, `The setting ${name} is missing.`);
    return node;
  };
  const name = readName(reader, required('name'));
  const source = readSource(reader, required('source'), readNearby);
  const table = readTable(reader, required('table'));
  const branch = members.has('branch') ? readText(reader, members.get('branch'), 'branch') : 'main';
  const sharing = members.has('members')
    ? (readChoice(reader, members.get('members'), ['single', 'shared'] as const, 'members') ?? 'single')
    : 'single';
  const typed = members.has('schema') ? readSchema(reader, members.get('schema')) : undefined;
  const { columns, schema } = members.has('columns')
    ? readColumns(reader, members.get('columns'), typed)
    : { columns: NO_RULES, schema: typed };
  const filter = members.has('filter') ? readFilter(reader, members.get('filter'), schema) : undefined;
  const partitioning = members.has('partitioning')
    ? readPartitioning(reader, members.get('partitioning'), schema)
    : [];
  const route = members.has('route') ? readRoute(reader, members.get('route'), table) : undefined;
  const commit = members.has('commit') ? readCommit(reader, members.get('commit')) : DEFAULT_COMMIT;
  const files = members.has('files') ? readFiles(reader, members.get('files'), schema) : DEFAULT_FILES;
  const maintenance = members.has('maintenance')
    ? readMaintenance(reader, members.get('maintenance'))
    : DEFAULT_MAINTENANCE;
  const onError = members.has('onError') ? readOnError(reader, members.get('onError')) : DEFAULT_ON_ERROR;
  const drift = members.has('drift') ? readDrift(reader, members.get('drift')) : DEFAULT_DRIFT;
  const transform = members.has('transform') ? readTransform(reader, members.get('transform')) : undefined;
  if (transform !== undefined && filter !== undefined && looksIntoRecords(filter))
    reader.fault(
      members.get('filter'),
      'With a transform, filter looks at columns: what it says of $.… is better said in the transform.',
    );
  if (name === undefined || source === undefined || table === undefined || branch === undefined) {
    return { config: undefined, faults: reader.faults };
  }
  return {
    config: {
      ...{ name, source, table, branch, members: sharing, schema, columns, filter, partitioning, route },
      ...{ commit, files, maintenance, onError, drift, transform },
    },
    faults: reader.faults,
  };
}

/** The name becomes part of a property's and a group's name. */
function readName(reader: YamlReader, node: Node | null | undefined): string | undefined {
  if (node === undefined) return undefined;
  const name = textOf(node);
  if (name !== undefined && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name)) return name;
  reader.fault(
    node,
    'name must be letters, digits, - and _, at most 100 of them, and begin with a letter or digit.',
  );
  return undefined;
}

function readCommit(reader: YamlReader, node: Node | null | undefined): CommitPolicy {
  const members = readMapping(reader, node, ['interval', 'rows', 'bytes'], 'commit');
  const read = (name: string, units: Readonly<Record<string, number>>, fallback: number): number =>
    members.has(name)
      ? (readQuantity(reader, members.get(name), units, `commit.${name}`) ?? fallback)
      : fallback;
  return {
    intervalMs: read('interval', TIME_UNITS, DEFAULT_COMMIT.intervalMs),
    rows: read('rows', { '': 1 }, DEFAULT_COMMIT.rows),
    bytes: read('bytes', BYTE_UNITS, DEFAULT_COMMIT.bytes),
  };
}

function readOnError(reader: YamlReader, node: Node | null | undefined): ErrorPolicy {
  const actions = ['deadLetter', 'fail', 'skip'] as const;
  if (!isMap(node)) {
    const action = readChoice(reader, node, actions, 'onError');
    return { ...DEFAULT_ON_ERROR, ...(action === undefined ? {} : { action }) };
  }
  const members = readMapping(reader, node, ['action', 'maxRatio'], 'onError');
  const action = members.has('action')
    ? readChoice(reader, members.get('action'), actions, 'onError.action')
    : DEFAULT_ON_ERROR.action;
  let { maxRatio } = DEFAULT_ON_ERROR;
  if (members.has('maxRatio')) {
    const ratio = Number(textOf(members.get('maxRatio')) ?? NaN);
    if (ratio >= 0 && ratio <= 1) maxRatio = ratio;
    else reader.fault(members.get('maxRatio'), 'onError.maxRatio must be a number from 0 to 1.');
  }
  return { action: action ?? DEFAULT_ON_ERROR.action, maxRatio };
}
