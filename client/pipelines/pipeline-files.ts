import { type Disposable, type Event, Uri, workspace } from 'vscode';
import { createEmitter } from '../emitter.ts';
import { PIPELINE_GLOB } from '../ids.ts';

/** The pipeline files of the workspace's folders. */
export interface PipelineFiles extends Disposable {
  readonly onDidChange: Event<void>;
  /** All of them, by path. */
  list(): Promise<Uri[]>;
}

/** Follows the workspace; files of ignored folders such as node_modules do not count. */
export function createPipelineFiles(): PipelineFiles {
  const changed = createEmitter<void>();
  const watcher = workspace.createFileSystemWatcher(PIPELINE_GLOB, false, true, false);
  watcher.onDidCreate(() => changed.fire());
  watcher.onDidDelete(() => changed.fire());
  const folders = workspace.onDidChangeWorkspaceFolders(() => changed.fire());
  return {
    onDidChange: changed.event,
    list: async () => {
      const found = await workspace.findFiles(PIPELINE_GLOB, '**/node_modules/**');
      return found.sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
    },
    dispose: () => {
      watcher.dispose();
      folders.dispose();
    },
  };
}

/** The file's name without its suffix. */
export function pipelineName(file: Uri): string {
  return (file.path.split('/').at(-1) ?? '').replace(/\.pipeline\.ya?ml$/, '');
}

/** The name of the log of what its runs said in this window. */
export function pipelineLogName(file: Uri): string {
  return `${pipelineName(file)} pipeline`;
}

/** The file of a tree node, or the file itself; undefined for anything else, as from the palette. */
export function pipelineFileOf(node: unknown): Uri | undefined {
  if (node instanceof Uri) return node;
  if (typeof node !== 'object' || node === null || !('file' in node)) return undefined;
  return node.file instanceof Uri ? node.file : undefined;
}
