import type {
  BarView,
  ColumnView,
  FileView,
  ManifestView,
  PartitionView,
  RowsView,
  SnapshotAction,
  SnapshotView,
  TableAction,
  TablePageMessage,
  TablePageRequest,
  TableView,
  VersionView,
} from '../catalog/table-page-messages.ts';
import { byId, make, makeButton } from './dom.ts';
import { connectEditor } from './editor-api.ts';
import { dataTable, factList, section, statusLine } from './parts.ts';

const { line: status, say } = statusLine('Reading …');
const content = make('div');
byId('page').append(status, content);
const editor = connectEditor<TablePageRequest, TablePageMessage>(show);

function show(message: TablePageMessage): void {
  switch (message.kind) {
    case 'loading':
      say('Reading …');
      break;
    case 'table':
      say('');
      draw(message.view);
      break;
    case 'holders':
      drawHolders(message.names);
      break;
    case 'writers':
      document.getElementById('writers')?.replaceChildren(...writers(message.writers));
      break;
    case 'live':
      drawLive(message.lines);
      break;
    case 'rows':
      drawRows(message.rows);
      break;
    case 'rows-failed':
      drawRows(message.reason);
      break;
    case 'failed':
      say(message.reason, true);
      break;
  }
}

function draw(view: TableView): void {
  const { scrollY } = window;
  const button = (text: string, action: TableAction): HTMLButtonElement =>
    makeButton(text, () => editor.postMessage({ kind: 'action', action }));
  const actions = [
    button('Preview 100 Rows', 'preview'),
    button('New Notebook', 'notebook'),
    button('Copy DDL', 'ddl'),
    ...(view.canChange
      ? [
          button('Optimize', 'optimize'),
          button('Expire Snapshots', 'expire'),
          button('Remove Orphan Files', 'orphans'),
        ]
      : []),
    makeButton('Reload', () => editor.postMessage({ kind: 'reload' })),
  ];
  actions[0]?.classList.add('primary');
  content.replaceChildren(
    make('header', {
      children: [
        make('h1', { text: view.name }),
        make('p', { class: 'quiet', text: `Table on ${view.reference}` }),
        make('div', { class: 'actions', children: actions }),
      ],
    }),
    factList(view.facts.map(([label, value]) => [label, localTime(value)])),
    ...view.notes.map(note => make('p', { class: 'note', text: note })),
    section(
      'Columns',
      dataTable('Columns with their statistics', COLUMN_HEADS, view.columns.map(columnCells)),
    ),
    section('Snapshots', snapshotTable(view)),
    section('Files by size', bars('Files by size', view.histogram)),
    section(
      'First rows',
      make('div', { attributes: { id: 'rows', role: 'status' }, children: [rowsButton()] }),
    ),
    section('Partitions', ...partitionParts(view)),
    section('Files', dataTable('Files of the current snapshot', FILE_HEADS, view.files.map(fileCells))),
    section('Schema history', ...view.schemas.map(version)),
    section('Partitioning and sort order', ...view.layouts.map(version)),
    section(
      'Manifests',
      dataTable('Manifests of the current snapshot', MANIFEST_HEADS, view.manifests.map(manifestCells)),
    ),
    section(
      'Written by',
      make('div', { attributes: { id: 'live', role: 'status' } }),
      make('div', { attributes: { id: 'writers' }, children: writers(view.pipelines) }),
    ),
    section(
      'Held by other branches and tags',
      make('p', { class: 'quiet', text: 'Asking …', attributes: { id: 'holders' } }),
    ),
    section('Properties', dataTable('Properties', ['Name', 'Value'], view.properties)),
  );
  drawLive(live);
  // The page is drawn anew after a commit: rows that were asked for are asked for again.
  if (hasRows) askRows();
  window.scrollTo({ top: scrollY });
}

function drawHolders(names: readonly string[]): void {
  const place = document.getElementById('holders');
  if (place !== null)
    place.textContent = names.length === 0 ? 'No other branch or tag holds this table.' : names.join(', ');
}

/** Said again when the page is drawn anew. */
let live: readonly string[] = [];

function drawLive(lines: readonly string[]): void {
  live = lines;
  const items = lines.map(line => make('li', { text: line }));
  const heading = make('h3', { text: 'Running in this window' });
  document
    .getElementById('live')
    ?.replaceChildren(...(items.length === 0 ? [] : [heading, make('ul', { children: items })]));
}

let hasRows = false;

function rowsButton(): HTMLButtonElement {
  return makeButton('Show First Rows', askRows, 'Show the first rows: Trino reads them');
}

function askRows(): void {
  hasRows = true;
  document.getElementById('rows')?.replaceChildren(make('p', { class: 'quiet', text: 'Asking Trino …' }));
  editor.postMessage({ kind: 'rows' });
}

/** The rows, or why there are none. */
function drawRows(rows: RowsView | string): void {
  document
    .getElementById('rows')
    ?.replaceChildren(...(typeof rows === 'string' ? rowsFailure(rows) : [rowsTable(rows)]));
}

function rowsFailure(reason: string): HTMLElement[] {
  hasRows = false;
  return [make('p', { class: 'note', text: reason }), rowsButton()];
}

function rowsTable({ columns, rows }: RowsView): HTMLElement {
  if (rows.length === 0) return make('p', { class: 'quiet', text: 'The table has no rows.' });
  const heads = columns.map(({ name, isNumber }) => `${isNumber ? '#' : ''}${name}`);
  const cells = rows.map(row => row.map(value => value ?? make('span', { class: 'quiet', text: 'NULL' })));
  return dataTable('First rows', heads, cells);
}

function writers(pipelines: readonly VersionView[]): HTMLElement[] {
  if (pipelines.length > 0) return pipelines.map(version);
  return [make('p', { class: 'quiet', text: 'No pipeline has written its offsets into this table.' })];
}

const MANIFEST_HEADS = ['Path', 'Content', '#Added', '#Existing', '#Deleted', '#Size'];

function manifestCells({ path, content, added, existing, deleted, bytes }: ManifestView): (string | Node)[] {
  return [make('code', { text: path }), content, added, existing, deleted, bytes];
}

const COLUMN_HEADS = ['Name', 'Type', '', 'Nulls', 'Smallest', 'Largest', 'Distinct', '#Size', 'Comment'];

function columnCells(column: ColumnView): (string | Node)[] {
  const { path, type, marks, min, max, distinct, bytes, comment } = column;
  return [
    make('strong', { text: path }),
    make('code', { text: type }),
    marks,
    nulls(column),
    min,
    max,
    distinct,
    bytes,
    comment,
  ];
}

function nulls({ nullShare }: ColumnView): string {
  if (nullShare === undefined) return '';
  if (nullShare === 0) return 'none';
  return nullShare < 0.001 ? '< 0.1 %' : `${(nullShare * 100).toFixed(1)} %`;
}

const SNAPSHOT_HEADS = ['Time', 'Operation', '#Added', '#Deleted', '#Rows then', '', 'Snapshot', 'Actions'];

function snapshotTable(view: TableView): HTMLElement {
  const rows = view.snapshots.map(snapshot => snapshotCells(snapshot, view.canChange));
  return rows.length === 0
    ? make('p', { class: 'quiet', text: 'The table has no snapshot yet.' })
    : dataTable('Snapshots, newest first', SNAPSHOT_HEADS, rows);
}

function snapshotCells(snapshot: SnapshotView, canChange: boolean): (string | Node)[] {
  const { id, time, operation, added, deleted, total, share, isCurrent, isInHistory } = snapshot;
  const button = (text: string, action: SnapshotAction, label: string): HTMLButtonElement =>
    makeButton(
      text,
      () => editor.postMessage({ kind: 'snapshot', action, snapshotId: id }),
      `${label} ${id}`,
    );
  const mark = isCurrent ? 'current' : isInHistory ? '' : 'set aside by a rollback';
  const buttons = [
    button('Query', 'query', 'Query snapshot'),
    ...(canChange && !isCurrent ? [button('Roll Back', 'rollback', 'Roll back to snapshot')] : []),
    button('Copy', 'copy', 'Copy the id of snapshot'),
  ];
  return [
    localTime(time),
    mark === ''
      ? operation
      : make('span', { children: [`${operation} `, make('span', { class: 'mark', text: mark })] }),
    added,
    deleted,
    total,
    bar(share),
    make('code', { text: id }),
    make('div', { class: 'actions', children: buttons }),
  ];
}

function partitionParts(view: TableView): Node[] {
  const first = view.partitions[0];
  if (view.partitions.length === 0 || (view.partitions.length === 1 && first?.label === '(whole table)')) {
    return [make('p', { class: 'quiet', text: 'The table is not partitioned.' })];
  }
  return [
    make('p', { class: 'quiet', text: view.skew }),
    dataTable(
      'Partitions, those with most rows first',
      ['Partition', '', '#Rows', '#Files', '#Size'],
      view.partitions.map(partitionCells),
    ),
  ];
}

function partitionCells({ label, share, value, files, bytes }: PartitionView): (string | Node)[] {
  return [label, bar(share), value, files, bytes];
}

const FILE_HEADS = ['Path', 'Kind', '#Rows', '#Size', 'Partition'];

function fileCells({ path, kind, rows, bytes, partition }: FileView): (string | Node)[] {
  return [make('code', { text: path }), kind, rows, bytes, partition];
}

function bars(caption: string, views: readonly BarView[]): HTMLElement {
  if (views.length === 0) return make('p', { class: 'quiet', text: 'The table has no files.' });
  return dataTable(
    caption,
    ['Size', '', 'Files'],
    views.map(({ label, share, value }) => [label, bar(share), value]),
  );
}

/** A bar without a style attribute, which the page's security policy forbids. */
function bar(share: number): HTMLElement {
  return make('progress', {
    attributes: { max: '1', value: share.toFixed(3), 'aria-hidden': 'true', tabindex: '-1' },
  });
}

function version({ title, isCurrent, lines }: VersionView): HTMLElement {
  const heading = make('h3', { text: title, children: [] });
  if (isCurrent) heading.append(' ', make('span', { class: 'mark', text: 'current' }));
  return make('div', {
    class: 'version',
    children: [heading, make('ul', { children: lines.map(line => make('li', { text: line })) })],
  });
}

/** A moment in the reader's own time, everywhere on the page alike; other texts stay as they are. */
function localTime(text: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text).toLocaleString() : text;
}
