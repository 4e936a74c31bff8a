import { writeFile } from 'node:fs/promises';
import {
  commands,
  NotebookCellKind,
  type NotebookCell,
  type NotebookDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import { escapeHtml } from './results/text-formats.ts';
import { htmlHead } from './export/export-rows.ts';
import type { ResultOutput } from './messages.ts';
import { resultOutputs, type ResultLibrary } from './result-library.ts';
import { WHOLE_RESULT } from './results/view.ts';

/** Rows of each result in a report; the rest is counted. Whole results go through the export of the result. */
const REPORT_ROWS = 1000;

/** Writes a notebook with its texts, statements and results as one HTML page. */
export async function exportReport(notebook: NotebookDocument, library: ResultLibrary): Promise<void> {
  const name = notebook.uri.path.split('/').at(-1) ?? 'notebook.sql';
  const target = await window.showSaveDialog({
    title: 'Export the notebook as HTML',
    defaultUri: notebook.uri.with({ path: `${notebook.uri.path.replace(/\.sql$/, '')}.html` }),
    filters: { HTML: ['html'] },
  });
  if (target === undefined) return;
  await writeFile(target.fsPath, await reportOf(notebook, { name, library }), { mode: 0o600 });
  const open = 'Open';
  const pressed = await window.showInformationMessage(
    `Exported to ${workspace.asRelativePath(target)}`,
    open,
  );
  if (pressed === open) await commands.executeCommand('vscode.open', Uri.file(target.fsPath));
}

/** The page of a notebook. */
async function reportOf(
  notebook: NotebookDocument,
  { name, library }: { readonly name: string; readonly library: ResultLibrary },
): Promise<string> {
  const parts = [htmlHead(name), `<h1>${escapeHtml(name)}</h1>\n`];
  for (const cell of notebook.getCells()) parts.push(await cellHtml(cell, library));
  return `${parts.join('')}</body>\n</html>\n`;
}

async function cellHtml(cell: NotebookCell, library: ResultLibrary): Promise<string> {
  const text = cell.document.getText();
  if (cell.kind === NotebookCellKind.Markup) return markdownHtml(text);
  const outputs = await Promise.all(resultOutputs(cell).map(output => outputHtml(output, library)));
  return `<pre>${escapeHtml(text)}</pre>\n${outputs.join('')}`;
}

/** VS Code's own Markdown renderer, which escapes HTML as the editor's preview does. */
async function markdownHtml(text: string): Promise<string> {
  const html = await commands.executeCommand<string | undefined>('markdown.api.render', text);
  return `<section>${html ?? `<pre>${escapeHtml(text)}</pre>`}</section>\n`;
}

async function outputHtml(
  { handle, table, error, progress }: ResultOutput,
  library: ResultLibrary,
): Promise<string> {
  const seconds = `${(progress.elapsedMs / 1000).toFixed(2)} s`;
  if (error !== undefined)
    return `<p class="note"><strong>${escapeHtml(error.name)}</strong> ${escapeHtml(error.message)}</p>\n`;
  if (table === undefined || handle === undefined) {
    return `<p class="note">${escapeHtml(progress.updateType ?? progress.state)} · ${seconds}</p>\n`;
  }
  await library.ensureOpen(handle);
  const columns = Array.from({ length: table.columnCount }, (_, i) => i);
  const range = { firstRow: 0, rows: REPORT_ROWS, columns, withHeader: true };
  const { text } = await library.worker.ask(handle, 'copy', { view: WHOLE_RESULT, range, format: 'HTML' });
  const more = table.rowCount > REPORT_ROWS ? `, the first ${REPORT_ROWS.toLocaleString('en-US')} shown` : '';
  return `${text}<p class="note">${table.rowCount.toLocaleString('en-US')} rows${more} · ${seconds}</p>\n`;
}
