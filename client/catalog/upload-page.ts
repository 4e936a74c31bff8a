import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, ProgressLocation, Uri, window } from 'vscode';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { CatalogPageInput } from './page-input.ts';
import type { Page } from '../page-panel.ts';
import { isCatalogNode, type LeafNode } from './catalog-nodes.ts';
import { runLoad } from './load-process.ts';
import { suggestTableName } from './suggest-table-name.ts';
import type { UploadMessage, UploadRequest } from './upload-messages.ts';
import { countText } from '../count-text.ts';

/** Where the table shall stand, as far as the node that was chosen says it. */
interface Target {
  readonly branch: string;
  readonly namespace: ContentKey;
}

const EXTENSIONS = ['csv', 'tsv', 'ndjson', 'jsonl', 'parquet'];

/** "Upload File as Table": from a branch or namespace of the tree, from a file of the explorer, or from the palette. */
export function uploadCommands(input: CatalogPageInput): CommandTable {
  return {
    [COMMAND_IDS.uploadFile]: async chosen => {
      requireEndpoints(input.session, ['objectStore', 'nessie']);
      const target = await findTarget(input, chosen);
      const file = chosen instanceof Uri ? chosen : await pickFile();
      if (file !== undefined) openUpload(input, file.fsPath, target);
    },
  };
}

async function findTarget({ browser, source }: CatalogPageInput, chosen: unknown): Promise<Target> {
  if (!isCatalogNode(chosen) || (chosen.kind !== 'reference' && chosen.kind !== 'namespace'))
    return { branch: await source().defaultBranch(), namespace: [] };
  if (browser.reference(chosen.ref)?.type === 'TAG')
    throw new ActionableError(`${chosen.ref} is a tag, and a tag never changes. Choose a branch.`);
  return { branch: chosen.ref, namespace: chosen.kind === 'namespace' ? chosen.key : [] };
}

async function pickFile(): Promise<Uri | undefined> {
  const picked = await window.showOpenDialog({
    title: 'Upload a File as a New Table',
    openLabel: 'Look at It',
    filters: { 'CSV, NDJSON, Parquet': EXTENSIONS },
  });
  return picked?.[0];
}

interface Upload {
  readonly file: string;
  readonly target: Target;
  /** What runs now. */
  running?: AbortController;
  /** What came of it. */
  made?: LeafNode;
}

const PROGRAM = fileURLToPath(new URL('../../pipeline/load/child.ts', import.meta.url));

function openUpload(input: CatalogPageInput, file: string, target: Target): void {
  const name = path.basename(file);
  const upload: Upload = { file, target };
  input.pages.open<UploadMessage, UploadRequest>({
    key: JSON.stringify(['upload', file, target.branch, ...target.namespace]),
    title: `Upload ${name}`,
    script: 'webview-upload',
    onReady: page => {
      inspect(input, upload, page).catch((error: unknown) => input.onError('Upload', error));
    },
    onMessage: (message, page) => {
      const work = async (): Promise<void> => {
        if (message.kind === 'create') await create(input, upload, { message, page });
        else if (message.kind === 'cancel') upload.running?.abort();
        else if (upload.made === undefined) return;
        else if (message.kind === 'open') await commands.executeCommand(COMMAND_IDS.openTable, upload.made);
        else await commands.executeCommand(COMMAND_IDS.newQuery, upload.made);
      };
      work().catch((error: unknown) => input.onError('Upload', error));
    },
  });
}

async function inspect(
  { browser }: CatalogPageInput,
  { file, target }: Upload,
  page: Page<UploadMessage>,
): Promise<void> {
  const name = path.basename(file);
  page.post({ kind: 'reading', file: name });
  const answer = await runLoad({ program: PROGRAM, command: { kind: 'inspect', path: file } });
  if (answer.kind === 'failed') page.post({ kind: 'failed', reason: answer.message, isFinal: true });
  if (answer.kind !== 'proposal') return;
  // Names are only proposed: without a catalog a person types one.
  const tree = await browser.defaultTree().catch(() => undefined);
  const namespaces = tree?.tree.root.namespaces.map(({ name }) => name);
  page.post({
    kind: 'proposal',
    file: name,
    branch: target.branch,
    namespace: target.namespace.join('.'),
    namespaces: namespaces ?? [],
    table: suggestTableName(name),
    proposal: answer.proposal,
  });
}

interface Creation {
  readonly message: Extract<UploadRequest, { kind: 'create' }>;
  readonly page: Page<UploadMessage>;
}

async function create(input: CatalogPageInput, upload: Upload, { message, page }: Creation): Promise<void> {
  if (upload.running !== undefined) return;
  const endpoints = requireEndpoints(input.session, ['objectStore', 'nessie']);
  const { branch, namespace } = upload.target;
  // A level of the chosen namespace may hold a dot itself.
  const levels = message.namespace === namespace.join('.') ? namespace : message.namespace.split('.');
  const key = [...levels, message.table];
  const running = new AbortController();
  upload.running = running;
  const title = `Uploading ${path.basename(upload.file)} to ${key.join('.')}`;
  try {
    const answer = await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => running.abort());
        let shown = 0;
        return runLoad({
          program: PROGRAM,
          command: {
            kind: 'load',
            path: upload.file,
            endpoints,
            branch,
            key,
            choices: new Map(message.choices),
          },
          signal: running.signal,
          onProgress: ({ rows, share }) => {
            page.post({ kind: 'progress', rows, share });
            progress.report({
              message: `${countText(rows)} rows`,
              increment: (share - shown) * 100,
            });
            shown = share;
          },
        });
      },
    );
    if (answer.kind === 'failed') page.post({ kind: 'failed', reason: answer.message, isFinal: false });
    else if (answer.kind === 'cancelled') page.post(answer);
    else if (answer.kind === 'loaded') {
      upload.made = { kind: 'leaf', leaf: 'table', ref: branch, key };
      page.post({ kind: 'loaded', table: key.join('.'), rows: answer.rows });
      await input.browser.poll();
    }
  } finally {
    delete upload.running;
  }
}
