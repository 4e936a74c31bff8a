import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TextDocument, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { RegistryLogin } from '../../pipeline/avro/registry-login.ts';
import type { KafkaSecurity } from '../../pipeline/kafka/security.ts';
import type { TrialAnswer, TrialCommand } from '../../pipeline/try/child-protocol.ts';
import { withAbort } from '../catalog/run-in-trino.ts';
import { runChildTask } from '../child-task.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { pickPipeline } from './pick-pipeline.ts';
import { type PipelineFiles, pipelineFileOf, pipelineName } from './pipeline-files.ts';
import { namedTransform, starterText, transformLine } from './transform-text.ts';

export interface TransformCommandsInput {
  readonly files: PipelineFiles;
  readonly session: LakehouseSession;
  readonly kafkaSecurity: () => Promise<KafkaSecurity>;
  /** The login of a schema registry. */
  readonly registryLogin: () => Promise<RegistryLogin | undefined>;
}

const TRIED_RECORDS = 100;
const SAMPLE_RECORDS = 1_000;
const PROGRAM = fileURLToPath(new URL('../../pipeline/try/child.ts', import.meta.url));

/** Tries pipelines without writing, and helps to write their transforms. */
export function transformCommands(input: TransformCommandsInput): CommandTable {
  const target = async (node: unknown): Promise<Uri | undefined> => {
    if (!workspace.isTrusted)
      throw new ActionableError(
        'This workspace is not trusted, and a pipeline file can name any server and any code. Trust the workspace first.',
      );
    return pipelineFileOf(node) ?? (await pickPipeline(await input.files.list()));
  };
  return {
    [COMMAND_IDS.tryPipeline]: async node => {
      const file = await target(node);
      if (file !== undefined) await tryPipeline(input, file);
    },
    [COMMAND_IDS.newTransform]: async node => {
      const file = await target(node);
      if (file !== undefined) await newTransform(input, file);
    },
    [COMMAND_IDS.writeTransformTypes]: async node => {
      const file = await target(node);
      if (file !== undefined) await writeTypes(input, file);
    },
  };
}

/** Opens what the first records would become as a text. */
async function tryPipeline(input: TransformCommandsInput, file: Uri): Promise<void> {
  await workspace.saveAll(false);
  const title = `Trying ${pipelineName(file)} on its first records`;
  const content = await runTask(input, { title, kind: 'try', file, records: TRIED_RECORDS });
  if (content === undefined) return;
  await window.showTextDocument(await workspace.openTextDocument({ content, language: 'plaintext' }));
}

/** Opens the pipeline's transform; makes it, its types and the line that names it where there is none. */
async function newTransform(input: TransformCommandsInput, file: Uri): Promise<void> {
  const pipeline = await workspace.openTextDocument(file);
  const named = namedTransform(pipeline.getText());
  const folder = path.dirname(file.fsPath);
  if (named !== undefined) {
    await window.showTextDocument(Uri.file(path.join(folder, named)));
    return;
  }
  const declarations = declarationsOf(file);
  const text = await runTypes(input, file);
  if (text === undefined) return;
  const name = `${pipelineName(file)}.transform.ts`;
  const transform = Uri.file(path.join(folder, name));
  const edit = new WorkspaceEdit();
  edit.createFile(declarations, { overwrite: true, contents: Buffer.from(text) });
  edit.createFile(transform, {
    ignoreIfExists: true,
    contents: Buffer.from(starterText(path.basename(declarations.fsPath))),
  });
  edit.insert(file, endOf(pipeline), transformLine(pipeline.getText(), name));
  if (!(await workspace.applyEdit(edit))) throw new Error(`The files of ${name} could not be written.`);
  await pipeline.save();
  await window.showTextDocument(transform);
}

async function writeTypes(input: TransformCommandsInput, file: Uri): Promise<void> {
  const text = await runTypes(input, file);
  if (text === undefined) return;
  const declarations = declarationsOf(file);
  await workspace.fs.writeFile(declarations, Buffer.from(text));
  void window.showInformationMessage(`${workspace.asRelativePath(declarations)} is up to date.`);
}

function runTypes(input: TransformCommandsInput, file: Uri): Promise<string | undefined> {
  const title = `Reading the types of ${pipelineName(file)}`;
  return runTask(input, { title, kind: 'types', file, records: SAMPLE_RECORDS });
}

function declarationsOf(file: Uri): Uri {
  return file.with({ path: file.path.replace(/\.ya?ml$/, '.d.ts') });
}

function endOf(document: TextDocument): ReturnType<TextDocument['positionAt']> {
  return document.positionAt(document.getText().length);
}

interface TrialTask {
  readonly title: string;
  readonly kind: 'try' | 'types';
  readonly file: Uri;
  readonly records: number;
}

/** Answers its text; undefined when it was cancelled. */
async function runTask(
  { session, kafkaSecurity, registryLogin }: TransformCommandsInput,
  { title, kind, file, records }: TrialTask,
): Promise<string | undefined> {
  const command: TrialCommand = {
    kind,
    pipelineFile: file.fsPath,
    endpoints: requireEndpoints(session, ['kafka', 'objectStore', 'nessie']),
    kafkaSecurity: await kafkaSecurity(),
    registryLogin: await registryLogin(),
    records,
  };
  const answer = await withAbort(title, signal =>
    runChildTask({
      program: PROGRAM,
      command,
      work: 'tried the pipeline',
      signal,
      isAnswer: (event: TrialAnswer): event is TrialAnswer => event.kind !== undefined,
    }),
  );
  if (answer.kind === 'failed') throw new Error(answer.message);
  return answer.kind === 'done' ? answer.text : undefined;
}
