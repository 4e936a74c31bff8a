import { commands, type NotebookDocument, Uri, window, workspace } from 'vscode';
import { ActionableError } from '../errors.ts';
import type { HeadColumn } from './messages.ts';
import { resultOutputs, type ResultLibrary } from './result-library.ts';
import { WHOLE_RESULT } from './results/view.ts';
import { compareRows, type Difference } from './row-difference.ts';

interface ResultItem {
  readonly label: string;
  readonly description: string;
  readonly handle: string;
  readonly columns: readonly HeadColumn[];
  readonly rows: number;
}

const MAX_ROWS = 200_000;
const SCHEME = 'lakehouse-compare';
let shown = 0;
let texts: Map<string, string> | undefined;

/** Shows what two results of a notebook do not have in common, row by row by a key, in the editor's own comparison. */
export async function compareResults(notebook: NotebookDocument, library: ResultLibrary): Promise<void> {
  const items = resultsOf(notebook);
  if (items.length < 2)
    throw new ActionableError('Run two cells with rows first; their results can then be compared.');
  const left = await window.showQuickPick(items, { title: 'Compare results (1/3): the first result' });
  if (left === undefined) return;
  const right = await window.showQuickPick(
    items.filter(item => item !== left),
    { title: 'Compare results (2/3): the second result' },
  );
  if (right === undefined) return;
  const shared = left.columns.filter(column => right.columns.some(other => other.name === column.name));
  const keys = await window.showQuickPick(
    shared.map((column, i) => ({ label: column.name, description: column.type, picked: i === 0 })),
    { title: 'Compare results (3/3): the columns that tell rows apart', canPickMany: true },
  );
  if (keys === undefined || keys.length === 0) return;
  const columns = shared.map(column => column.name);
  const difference = compareRows(
    await rowsOf(left, { columns, library }),
    await rowsOf(right, { columns, library }),
    {
      keys: keys.map(key => columns.indexOf(key.label)),
    },
  );
  await showDifference(difference, { left, right, columns });
}

function resultsOf(notebook: NotebookDocument): ResultItem[] {
  return notebook.getCells().flatMap(cell =>
    resultOutputs(cell).flatMap(({ handle, table, statement }) =>
      handle === undefined || table === undefined
        ? []
        : [
            {
              label: `[${cell.executionSummary?.executionOrder ?? ' '}] ${statement.replaceAll(/\s+/g, ' ').slice(0, 80)}`,
              description: `${table.rowCount.toLocaleString('en-US')} rows${table.isCut ? ' so far' : ''}`,
              handle,
              columns: table.columns,
              rows: table.rowCount,
            },
          ],
    ),
  );
}

async function rowsOf(
  { handle, columns: all, rows }: ResultItem,
  { columns, library }: { readonly columns: readonly string[]; readonly library: ResultLibrary },
): Promise<(string | null)[][]> {
  if (rows > MAX_ROWS)
    throw new ActionableError(
      `Results of more than ${MAX_ROWS.toLocaleString('en-US')} rows are compared in Trino: use EXCEPT or a FULL JOIN.`,
    );
  await library.ensureOpen(handle);
  const indexes = columns.map(name => all.findIndex(column => column.name === name));
  const range = { firstRow: 0, rows, columns: indexes, withHeader: false };
  const { text } = await library.worker.ask(handle, 'copy', { view: WHOLE_RESULT, range, format: 'rows' });
  return JSON.parse(text) as (string | null)[][];
}

async function showDifference(
  { left: before, right: after, added, removed, changed, equal }: Difference,
  {
    left,
    right,
    columns,
  }: { readonly left: ResultItem; readonly right: ResultItem; readonly columns: readonly string[] },
): Promise<void> {
  texts ??= provideTexts();
  const header = `${columns.join('\t')}\n`;
  const uris = [before, after].map((lines, side) => {
    const uri = Uri.from({ scheme: SCHEME, path: `/${++shown}/${side === 0 ? 'first' : 'second'}.tsv` });
    texts?.set(uri.toString(), header + lines.join('\n'));
    return uri;
  });
  const count = (value: number): string => value.toLocaleString('en-US');
  const summary = `${count(added)} added, ${count(removed)} removed, ${count(changed)} changed, ${count(equal)} equal`;
  await commands.executeCommand(
    'vscode.diff',
    uris[0],
    uris[1],
    `${left.label.slice(0, 24)} ↔ ${right.label.slice(0, 24)}: ${summary}`,
  );
}

function provideTexts(): Map<string, string> {
  const known = new Map<string, string>();
  workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: uri => known.get(uri.toString()) ?? '',
  });
  workspace.onDidCloseTextDocument(document => known.delete(document.uri.toString()));
  return known;
}
