import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTableMetadata, type TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import { diffTables, tableTotals } from '../../../catalog/iceberg/table-diff.ts';
import type { TablePage } from '../../../catalog/table-page.ts';
import {
  partitionHistory,
  schemaHistory,
  snapshotRows,
  sortHistory,
} from '../../../catalog/table-page/history.ts';
import { readPipelineOffsets } from '../../../catalog/table-page/offsets.ts';
import { describeTableDiff, toCompareChange } from '../../../client/catalog/diff-text.ts';
import { describeTable, tableLines } from '../../../client/catalog/table-lines.ts';
import { toTableView } from '../../../client/catalog/table-view.ts';

const PLACE = { ref: 'main', key: ['nyc', 'taxi'] } as const;

const MANIFEST: TablePage['manifests'][number] = {
  manifestPath: 's3://w/t/metadata/m0.avro',
  manifestLength: 7000n,
  partitionSpecId: 0,
  content: 'data',
  sequenceNumber: 1n,
  minSequenceNumber: 1n,
  addedSnapshotId: 1n,
  addedFilesCount: 2,
};

describe('the lines of a table in the tree', () => {
  test('tell each column with its type and what it is used for', () => {
    const lines = tableLines(table(2), 'columns', PLACE);
    assert.deepEqual(
      lines.map(({ label, description }) => `${label}: ${description}`),
      ['id: long · required', 'at: timestamptz · partitioned by · sorted by · when it began'],
    );
    assert.match(lines[1]?.tooltip ?? '', /when it began/);
  });

  test('tell partitions and order, or that there are none', () => {
    const lines = tableLines(table(2), 'partitioning', PLACE);
    assert.deepEqual(
      lines.map(({ label, description }) => `${label}: ${description}`),
      ['at_day: day of at', 'at: sorted desc, nulls-last'],
    );
  });

  test('tell the snapshots, newest first, with their exact ids and what they added', () => {
    const lines = tableLines(table(2), 'snapshots', PLACE);
    assert.deepEqual(
      lines.map(({ label, description, snapshotId }) => [label, description, snapshotId]),
      [
        ['2026-01-02 00:00:00 UTC', 'append · +50 · current', 9007199254740995n],
        ['2026-01-01 00:00:00 UTC', 'append · +100', 9007199254740993n],
      ],
    );
    assert.equal(tableLines(table(0), 'snapshots', PLACE)[0]?.label, 'No snapshot yet');
  });

  test('sum a table up in one line', () => {
    assert.equal(describeTable(table(2)), '150 rows · 2 kB · 2 files');
    assert.equal(describeTable(table(0)), 'empty');
  });
});

describe('the page of a table', () => {
  test('puts everything into words and keeps every digit', () => {
    const view = toTableView(page(table(2)), { key: ['nyc', 'taxi'], reference: 'main', canChange: true });
    assert.equal(view.name, 'nyc.taxi');
    assert.deepEqual(view.facts[0], ['Rows', '150']);
    assert.equal(view.snapshots[0]?.id, '9007199254740995');
    assert.deepEqual(
      view.schemas.map(({ title, isCurrent, lines }) => [title, isCurrent, ...lines]),
      [
        ['Schema 0', false, 'No change to a column'],
        ['Schema 1', true, 'Changed the type of id from int to long', 'Added at timestamptz'],
      ],
    );
    assert.deepEqual(view.pipelines[0]?.lines, [
      'rides [0]: in the table up to offset 9,007,199,254,740,993',
    ]);
    assert.equal(JSON.stringify(view).includes('undefined'), false);
  });

  test('says when figures are about a part of the manifests only', () => {
    const whole = page(table(2));
    const cut = { ...whole, manifests: new Array(3).fill(MANIFEST) as TablePage['manifests'] };
    const { notes } = toTableView(cut, { key: ['t'], reference: 'main', canChange: false });
    assert.deepEqual(notes, ['The figures of files, partitions and columns are about 0 of 3 manifests.']);
  });
});

describe('a comparison', () => {
  test('tells what differs inside a table and leaves out what does not', () => {
    const groups = describeTableDiff(diffTables(table(1), table(2)));
    assert.deepEqual(groups, [
      {
        title: 'Size',
        lines: ['Rows: 100 → 150 (+50)', 'Size: 1 kB → 2 kB (+1 kB)', 'Data files: 1 → 2 (+1)'],
      },
      {
        title: 'Snapshots',
        lines: [
          'The second side has every snapshot of the first, and more.',
          '+ 9007199254740995, append +50 rows at 2026-01-02T00:00:00.000Z',
        ],
      },
    ]);
  });

  test('names what it does not know by the server’s word', () => {
    const content = { type: 'UNKNOWN', kind: 'UDF', raw: {} } as const;
    assert.deepEqual(toCompareChange({ key: ['a', 'f'], kind: 'added', to: content }), {
      kind: 'added',
      name: 'a.f',
      content: 'UDF',
      hasDetails: false,
    });
  });
});

/** A table with so many snapshots, at most two. */
function table(snapshots: number): TableMetadata {
  const all = [
    snapshot({ id: '9007199254740993', day: 1, added: 100, total: 100 }),
    snapshot({ id: '9007199254740995', day: 2, added: 50, total: 150, parent: '9007199254740993' }),
  ].slice(0, snapshots);
  const current = ['-1', '9007199254740993', '9007199254740995'][snapshots] ?? '-1';
  const id = (type: string): string => `{"id":1,"name":"id","required":true,"type":"${type}"}`;
  const at = '{"id":2,"name":"at","required":false,"type":"timestamptz","doc":"when it began"}';
  const offsets = JSON.stringify('{"topics":{"rides":{"p":{"0":9007199254740993}}}}');
  return parseTableMetadata(`{
    "format-version":2,"table-uuid":"u","location":"s3://w/nyc/taxi","last-sequence-number":2,
    "last-updated-ms":1767225600000,"last-column-id":2,"current-schema-id":1,"default-spec-id":0,"default-sort-order-id":1,
    "schemas":[{"type":"struct","schema-id":0,"fields":[${id('int')}]},
               {"type":"struct","schema-id":1,"fields":[${id('long')},${at}]}],
    "partition-specs":[{"spec-id":0,"fields":[{"name":"at_day","transform":"day","source-id":2,"field-id":1000}]}],
    "sort-orders":[{"order-id":1,"fields":[{"transform":"identity","source-id":2,"direction":"desc","null-order":"nulls-last"}]}],
    "properties":{"lakehouse.rides.offsets":${offsets}},
    "current-snapshot-id":${current},"snapshots":[${all.join(',')}]
  }`);
}

interface SnapshotInput {
  readonly id: string;
  readonly day: number;
  readonly added: number;
  readonly total: number;
  readonly parent?: string;
}

function snapshot({ id, day, added, total, parent }: SnapshotInput): string {
  const files = total > 100 ? 2 : 1;
  const summary = `{"operation":"append","added-records":"${added}","total-records":"${total}","total-files-size":"${files}000","total-data-files":"${files}"}`;
  const above = parent === undefined ? '' : `"parent-snapshot-id":${parent},`;
  return `{"snapshot-id":${id},${above}"sequence-number":${day},"timestamp-ms":${Date.UTC(2026, 0, day)},"summary":${summary},"manifest-list":"s3://w/m","schema-id":1}`;
}

function page(metadata: TableMetadata): TablePage {
  return {
    location: 's3://w/nyc/taxi/metadata/00001.metadata.json',
    metadata,
    totals: tableTotals(metadata),
    schemas: schemaHistory(metadata),
    partitioning: partitionHistory(metadata),
    sorting: sortHistory(metadata),
    snapshots: snapshotRows(metadata),
    manifests: [],
    pipelines: readPipelineOffsets(metadata.properties),
    files: {
      manifestsRead: 0,
      summary: {
        dataFiles: 0,
        deleteFiles: 0,
        rows: 0n,
        dataBytes: 0n,
        deleteBytes: 0n,
        histogram: [],
        smallFiles: { files: 0, bytes: 0n },
      },
      list: [],
      partitions: [],
      skew: { partitions: 0, largestRows: 0n, averageRows: 0, ratio: 1 },
      columns: [],
    },
  };
}
