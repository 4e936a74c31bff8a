import { type Uri, window, workspace } from 'vscode';
import { ActionableError } from '../errors.ts';
import { pipelineName } from './pipeline-files.ts';

/** The only one of some pipeline files, or the one that is picked. Throws when there is none. */
export async function pickPipeline(
  files: readonly Uri[],
  describe: (file: Uri) => string = () => '',
): Promise<Uri | undefined> {
  if (files.length === 0) {
    throw new ActionableError(
      'There is no such pipeline in this workspace. A pipeline is a file whose name ends in .pipeline.yaml; the view Pipelines lists them.',
    );
  }
  if (files.length === 1) return files[0];
  const items = files.map(file => ({
    label: pipelineName(file),
    description: describe(file),
    detail: workspace.asRelativePath(file),
    file,
  }));
  return (await window.showQuickPick(items, { placeHolder: 'Which pipeline?' }))?.file;
}
