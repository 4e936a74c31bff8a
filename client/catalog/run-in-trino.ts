import { ProgressLocation, window } from 'vscode';
import type { QueryStatistics } from '../../catalog/trino/client.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { TableCommandsInput } from './table-target.ts';
import { countText } from '../count-text.ts';

export interface ShownStatement {
  readonly title: string;
  readonly sql: string;
  /** Session properties of this statement alone. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Runs a statement in Trino with a notification that tells how far it is; cancelling it there ends it in Trino. */
export async function runInTrino(
  { session, source }: Pick<TableCommandsInput, 'session' | 'source'>,
  { title, sql, properties = {} }: ShownStatement,
): Promise<void> {
  requireEndpoints(session, ['trino']);
  await withAbort(title, async (signal, report) => {
    let told = 0;
    const onProgress = (statistics: QueryStatistics): void => {
      const percent = statistics.progressPercentage ?? 0;
      report(describeProgress(statistics), Math.max(0, percent - told));
      told = Math.max(told, percent);
    };
    await source().reader.call('run', { sql, properties }, { signal, onProgress });
  });
}

/** Does something that can be cancelled, with a notification about it. */
export async function withAbort<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, increment: number) => void) => Promise<T>,
): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() =>
      abort.abort(new DOMException('Cancelled', 'AbortError')),
    );
    try {
      return await work(abort.signal, (message, increment) => progress.report({ message, increment }));
    } finally {
      listener.dispose();
    }
  });
}

function describeProgress({ state, completedSplits, totalSplits, processedRows }: QueryStatistics): string {
  const splits = totalSplits === 0 ? '' : `, ${completedSplits} of ${totalSplits} splits`;
  const rows = processedRows === 0 ? '' : `, ${countText(processedRows)} rows`;
  return `${state.toLowerCase()}${splits}${rows}`;
}
