import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { appendSnapshot } from '../../../pipeline/iceberg/append-snapshot.ts';
import { type CommitUnit, unitStanding } from '../../../pipeline/iceberg/commit-unit.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';
import {
  type CommittedOffsets,
  offsetsProperty,
  parseOffsets,
  printOffsets,
  readCommittedOffsets,
} from '../../../pipeline/iceberg/offsets.ts';
import type { OffsetRange } from '../../../pipeline/kafka/record-source.ts';
import { startPositions } from '../../../pipeline/start-positions.ts';
import type { TopicPartition } from '../../../pipeline/topic-partition.ts';

const OFFSETS: CommittedOffsets = {
  cluster: 'c',
  next: new Map([
    ['t.x/10', 9007199254740993n],
    ['t.x/2', 5n],
    ['a/0', 1n],
  ]),
  starts: new Map([['t.x/2', 4n]]),
  times: new Map([['t.x/2', 1_700_000_000_123]]),
  seq: 3,
  commitId: 'u3',
  writer: 'host/7',
};

function emptyTable(): TableMetadata {
  return createTableMetadata({
    key: ['n', 't'],
    fields: [{ id: 0, name: 'a', required: false, type: { kind: 'long' } }],
    partitioning: [{ column: 'a', transform: { kind: 'bucket', buckets: 4 } }],
    warehouse: 's3://w',
    now: 1000,
  });
}

function append(
  base: TableMetadata,
  change: Partial<Parameters<typeof appendSnapshot>[1]> = {},
): TableMetadata {
  return appendSnapshot(base, {
    snapshotId: 7n,
    manifestList: 's3://w/list',
    files: [],
    summary: {},
    properties: {},
    metadataLocation: 's3://w/00000.metadata.json',
    now: 2000,
    ...change,
  });
}

const FILE = {
  content: 'data',
  filePath: 'f',
  fileFormat: 'PARQUET',
  partition: [1],
  recordCount: 10n,
  fileSizeInBytes: 500n,
} as const;

describe('committed offsets', () => {
  test('survive being written as text, with every digit', () => {
    assert.deepEqual(parseOffsets(printOffsets(OFFSETS)), OFFSETS);
    assert.equal(
      printOffsets(OFFSETS),
      '{"cluster":"c","topics":{"a":{"p":{"0":1},"s":{},"t":{}},' +
        '"t.x":{"p":{"2":5,"10":9007199254740993},"s":{"2":4},"t":{"2":1700000000123}}},"seq":3,"commit":"u3","writer":"host/7"}',
    );
    // What the first version wrote had neither times nor a writer.
    const old = parseOffsets('{"cluster":"c","topics":{"t":{"p":{"0":5}}},"seq":1,"commit":"u"}');
    assert.deepEqual([old.next.get('t/0'), old.writer], [5n, 'unknown']);
  });

  test('of topics that are called like members of every object are kept', () => {
    const next = new Map([
      ['__proto__/0', 7n],
      ['constructor/1', 8n],
    ] as const);
    assert.deepEqual(parseOffsets(printOffsets({ ...OFFSETS, next })).next, next);
  });

  test('are the property of the table, also when a foreign snapshot is current', () => {
    const text = printOffsets(OFFSETS);
    const key = offsetsProperty('p');
    const ours = append(emptyTable(), { properties: { [key]: text }, summary: { [key]: text } });
    assert.equal(readCommittedOffsets(ours, { pipeline: 'p' })?.seq, 3);
    const foreign = append(ours, { snapshotId: 8n });
    assert.equal(readCommittedOffsets(foreign, { pipeline: 'p' })?.commitId, 'u3');
    assert.equal(readCommittedOffsets(emptyTable(), { pipeline: 'p' }), undefined);
  });

  test('that a current snapshot of ours contradicts mean a rollback, which halts', () => {
    const key = offsetsProperty('p');
    const [older, newer] = [printOffsets({ ...OFFSETS, seq: 2 }), printOffsets(OFFSETS)];
    const first = append(emptyTable(), { properties: { [key]: older }, summary: { [key]: older } });
    const second = append(first, { snapshotId: 8n, properties: { [key]: newer }, summary: { [key]: newer } });
    assert.throws(
      () => readCommittedOffsets({ ...second, currentSnapshotId: 7n }, { pipeline: 'p' }),
      (error: unknown) => error instanceof PipelineHalt && error.code === 'table-rolled-back',
    );
  });
});

describe('a commit unit', () => {
  const unit = {
    id: 'u4',
    spans: new Map([['t.x/2', { start: 5n, next: 9n }]]),
  } as const satisfies Pick<CommitUnit, 'id' | 'spans'>;

  test('is next where the table stands at its start, also for the first one and for a new partition', () => {
    assert.equal(unitStanding(unit, OFFSETS), 'next');
    assert.equal(unitStanding(unit, undefined), 'next');
    assert.equal(unitStanding(unit, { next: new Map([['t.x/0', 1n]]), commitId: 'x' }), 'next');
  });

  test('has landed when the table names it, and is moved when somebody else went on', () => {
    assert.equal(unitStanding(unit, { next: new Map([['t.x/2', 9n]]), commitId: 'u4' }), 'landed');
    assert.equal(unitStanding(unit, { next: new Map([['t.x/2', 9n]]), commitId: 'u5' }), 'moved');
    assert.equal(unitStanding(unit, { next: new Map([['t.x/2', 4n]]), commitId: 'u5' }), 'moved');
  });
});

describe('an appended snapshot', () => {
  test('goes on from its parent: sequence, totals, logs', () => {
    const first = append(emptyTable(), { files: [FILE, { ...FILE, partition: [2] }] });
    const second = append(first, {
      snapshotId: 8n,
      files: [FILE],
      metadataLocation: 's3://w/00001.metadata.json',
      now: 3000,
    });
    assert.equal(second.lastSequenceNumber, 2n);
    assert.deepEqual(
      second.snapshots.map(item => item.parentSnapshotId),
      [undefined, 7n],
    );
    assert.deepEqual(second.snapshots[1]?.summary, {
      operation: 'append',
      'added-data-files': '1',
      'added-records': '10',
      'added-files-size': '500',
      'changed-partition-count': '1',
      'total-data-files': '3',
      'total-records': '30',
      'total-files-size': '1500',
      'total-delete-files': '0',
      'total-position-deletes': '0',
      'total-equality-deletes': '0',
    });
    assert.deepEqual(second.refs['main'], { type: 'branch', snapshotId: 8n });
    assert.deepEqual(
      second.metadataLog.map(entry => entry.metadataFile),
      ['s3://w/00000.metadata.json', 's3://w/00001.metadata.json'],
    );
  });

  test('never goes back in time, whatever the clock says', () => {
    const first = append(emptyTable(), { now: 5000 });
    const second = append(first, { snapshotId: 8n, now: 1 });
    assert.deepEqual(
      second.snapshotLog.map(entry => entry.timestampMs),
      [5000, 5001],
    );
  });

  test('leaves out a total that its parent did not know', () => {
    const first = append(emptyTable(), { files: [FILE] });
    const stripped = { ...first, snapshots: [{ ...first.snapshots[0]!, summary: { operation: 'append' } }] }; // One was appended.
    const second = append(stripped, { snapshotId: 8n, files: [FILE] });
    assert.equal(second.snapshots[1]?.summary['total-records'], undefined);
    assert.equal(second.snapshots[1]?.summary['added-records'], '10');
  });
});

describe('the start of a run', () => {
  const config = { name: 'p', source: { topics: ['t'], format: 'json', start: 'earliest' } } as const;
  const ranges = new Map<TopicPartition, OffsetRange>([
    ['t/0', { low: 0n, high: 100n }],
    ['t/1', { low: 20n, high: 50n }],
  ]);
  const committed = (next: readonly (readonly [TopicPartition, bigint])[]): CommittedOffsets => ({
    ...OFFSETS,
    next: new Map(next),
  });

  test('is the beginning or the end of the topic, and afterwards where the table stands', () => {
    assert.deepEqual(
      startPositions({ config, cluster: 'c', ranges, committed: undefined }),
      new Map([
        ['t/0', 0n],
        ['t/1', 20n],
      ]),
    );
    const latest = { ...config, source: { ...config.source, start: 'latest' } } as const;
    assert.deepEqual(
      startPositions({ config: latest, cluster: 'c', ranges, committed: undefined }),
      new Map([
        ['t/0', 100n],
        ['t/1', 50n],
      ]),
    );
    // A partition that came later is read from its first record, also with start: latest.
    assert.deepEqual(
      startPositions({ config: latest, cluster: 'c', ranges, committed: committed([['t/0', 7n]]) }),
      new Map([
        ['t/0', 7n],
        ['t/1', 20n],
      ]),
    );
  });

  test('halts instead of skipping or repeating anything', () => {
    const codeOf = (next: readonly (readonly [TopicPartition, bigint])[], cluster = 'c'): string => {
      try {
        startPositions({ config, cluster, ranges, committed: committed(next) });
        return 'started';
      } catch (error) {
        assert.ok(error instanceof PipelineHalt);
        return error.code;
      }
    };
    assert.equal(codeOf([['t/1', 19n]]), 'offsets-lost');
    assert.equal(codeOf([['t/1', 51n]]), 'topic-recreated');
    assert.equal(codeOf([['t/2', 1n]]), 'partitions-missing');
    assert.equal(codeOf([['t/0', 1n]], 'another'), 'cluster-changed');
    assert.equal(codeOf([['t/1', 50n]]), 'started');
  });
});
