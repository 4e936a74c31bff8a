import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import { typeToText } from '../../catalog/iceberg/types.ts';
import type { LoadAnswer, LoadCommand, LoadEvent } from './child-protocol.ts';
import { chooseColumns, COLUMN_TYPES } from './choose-columns.ts';
import { openDataFile } from './data-file.ts';
import { loadFile } from './load-file.ts';
import { proposeTable } from './propose-table.ts';

/** The process that looks at a file, or makes a table of it, for the editor: see child-protocol.ts. */
const cancelling = new AbortController();

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'cancel') cancelling.abort();
  else void answer(command);
});
// The editor is gone, and with it whoever wanted the table.
process.on('disconnect', () => cancelling.abort());

async function answer(command: Exclude<LoadCommand, { kind: 'cancel' }>): Promise<void> {
  end(await (command.kind === 'inspect' ? inspect(command) : load(command)).catch(explain));
}

function explain(error: unknown): LoadAnswer {
  if (cancelling.signal.aborted) return { kind: 'cancelled' };
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

async function inspect({ path }: Extract<LoadCommand, { kind: 'inspect' }>): Promise<LoadAnswer> {
  const file = await openDataFile(path);
  const { fields, ...proposal } = await proposeTable(file);
  const columns = fields.map(({ name, type }) => ({ name, type: typeToText(type) }));
  return { kind: 'proposal', proposal: { ...proposal, columns, bytes: file.bytes, types: COLUMN_TYPES } };
}

async function load(command: Extract<LoadCommand, { kind: 'load' }>): Promise<LoadAnswer> {
  const { path, endpoints, branch, key, choices } = command;
  const file = await openDataFile(path);
  const proposal = await proposeTable(file);
  const client = createS3Client(endpoints.objectStore);
  try {
    const { rows, files, bytes } = await loadFile({
      file,
      catalog: {
        nessie: connectNessie(endpoints.nessie),
        store: createObjectStore(client),
        warehouse: `s3://${endpoints.objectStore.bucket}`,
      },
      branch,
      key,
      fields: chooseColumns(proposal.fields, choices),
      totalRows: proposal.rows,
      signal: cancelling.signal,
      onProgress: progress => tell({ kind: 'progress', ...progress }),
    });
    return { kind: 'loaded', rows, files, bytes };
  } finally {
    client.destroy();
  }
}

function tell(event: LoadEvent): void {
  if (process.connected) process.send?.(event);
}

function end(answerNow: LoadAnswer): void {
  if (!process.connected) process.exit(1);
  process.send?.(answerNow, () => process.exit(0));
}
