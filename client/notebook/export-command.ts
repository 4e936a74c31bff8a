import { randomUUID } from 'node:crypto';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import type { TrinoOptions, TrinoSession } from '../../catalog/trino/client.ts';
import type { ExportFormat } from './messages.ts';
import type { ResultsWorker } from './results/worker-link.ts';
import type { ExportJob } from './results/worker-messages.ts';

/** How the rows of a result can be had again. */
export interface ExportOrigin {
  readonly handle: string;
  /** True when the store holds every row; otherwise the statement is run again and streamed. */
  readonly isWhole: boolean;
  readonly connection: TrinoOptions;
  readonly statement: string;
  readonly session: TrinoSession;
}

const EXTENSIONS: Readonly<Record<ExportFormat, string>> = {
  CSV: 'csv',
  JSON: 'json',
  NDJSON: 'ndjson',
  Parquet: 'parquet',
  Arrow: 'arrows',
  XLSX: 'xlsx',
  Markdown: 'md',
  HTML: 'html',
};

/** Asks where to, then writes every row with progress and a cancel that ends the query too. */
export async function exportResult(
  worker: ResultsWorker,
  origin: ExportOrigin,
  format: ExportFormat,
): Promise<{ path?: string }> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    title: `Export as ${format}`,
    filters: { [format]: [EXTENSIONS[format]] },
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, `result.${EXTENSIONS[format]}`) }),
  });
  if (target === undefined) return {};
  await exportTo(worker, origin, { format, path: target.fsPath });
  return { path: workspace.asRelativePath(target) };
}

/** Writes every row of a result to a file. */
async function exportTo(
  worker: ResultsWorker,
  origin: ExportOrigin,
  { format, path }: { readonly format: ExportFormat; readonly path: string },
): Promise<number> {
  const job: ExportJob = { handle: randomUUID(), format, path, source: sourceOf(origin) };
  const options = {
    location: ProgressLocation.Notification,
    title: `Exporting to ${path}`,
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => void worker.call('cancel', { handle: job.handle }));
    const following = worker.follow(job.handle, {
      onExported: rows => {
        progress.report({ message: `${rows.toLocaleString('en-US')} rows` });
      },
    });
    try {
      return (await worker.call('export', job)).rows;
    } finally {
      following.dispose();
    }
  });
}

function sourceOf({ handle, isWhole, connection, statement, session }: ExportOrigin): ExportJob['source'] {
  if (isWhole) return { kind: 'held', handle };
  return { kind: 'statement', connection, statement, session };
}
