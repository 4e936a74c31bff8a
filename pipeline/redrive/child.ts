import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import { loadPipelineConfig } from '../config/load-config.ts';
import type { RedriveAnswer, RedriveCommand, RedriveEvent } from './child-protocol.ts';
import { redriveTable } from './redrive-table.ts';

/** The process that redrives dead letters for the editor: see child-protocol.ts. */
const cancelling = new AbortController();

process.on('message', (command: RedriveCommand) => {
  if (command.kind === 'cancel') cancelling.abort();
  else void redrive(command).catch(explain).then(end);
});
// The editor is gone, and with it whoever wanted this.
process.on('disconnect', () => cancelling.abort());

async function redrive(command: Extract<RedriveCommand, { kind: 'redrive' }>): Promise<RedriveAnswer> {
  const { pipelineFile, endpoints, registryLogin, branch, dryRun } = command;
  const config = await loadPipelineConfig(pipelineFile, { registryLogin });
  const client = createS3Client(endpoints.objectStore);
  try {
    const result = await redriveTable({
      catalog: {
        nessie: connectNessie(endpoints.nessie),
        store: createObjectStore(client),
        warehouse: `s3://${endpoints.objectStore.bucket}`,
      },
      config: branch === undefined ? config : { ...config, branch },
      selection: {},
      action: 'redrive',
      dryRun,
      signal: cancelling.signal,
      onNotice: text => tell({ kind: 'notice', text }),
      onProgress: progress => tell({ kind: 'progress', progress }),
    });
    return { kind: 'done', result };
  } finally {
    client.destroy();
  }
}

function explain(error: unknown): RedriveAnswer {
  if (cancelling.signal.aborted) return { kind: 'cancelled' };
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

function tell(event: RedriveEvent): void {
  if (process.connected) process.send?.(event);
}

function end(answer: RedriveAnswer): void {
  if (!process.connected) process.exit(1);
  process.send?.(answer, () => process.exit(0));
}
