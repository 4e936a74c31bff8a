import { ProgressLocation, type SecretStorage, type Uri, window, workspace } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LogDocuments } from '../log-documents.ts';
import { askKafkaLogin } from './kafka-login.ts';
import { pickPipeline } from './pick-pipeline.ts';
import { pipelineFileOf, type PipelineFiles, pipelineLogName, pipelineName } from './pipeline-files.ts';
import { askRegistryLogin } from './registry-login.ts';
import type { PipelineRuns } from './pipeline-runs.ts';
import { describeRun } from './pipeline-text.ts';

export interface PipelineCommandsInput {
  readonly files: PipelineFiles;
  readonly runs: PipelineRuns;
  readonly logs: LogDocuments;
  readonly secrets: Pick<SecretStorage, 'store' | 'delete'>;
}

/** Start, stop and log of the workspace's pipelines. */
export function pipelineCommands(input: PipelineCommandsInput): CommandTable {
  const { runs, logs } = input;
  return {
    [COMMAND_IDS.startPipeline]: async node => {
      if (!workspace.isTrusted) {
        throw new ActionableError(
          'This workspace is not trusted, and a pipeline file can name any server and any code. Trust the workspace first.',
        );
      }
      const file =
        pipelineFileOf(node) ?? (await pickFitting(input, file => runs.get(file).kind !== 'running'));
      if (file !== undefined) await runs.start(file.fsPath);
    },
    [COMMAND_IDS.stopPipeline]: async node => {
      const file =
        pipelineFileOf(node) ?? (await pickFitting(input, file => runs.get(file).kind === 'running'));
      if (file === undefined) return;
      const title = `Stopping ${pipelineName(file)}: its open commit is finished first`;
      await window.withProgress({ location: ProgressLocation.Window, title }, () => runs.stop(file.fsPath));
    },
    [COMMAND_IDS.pausePipeline]: node => tell(input, node, 'pause'),
    [COMMAND_IDS.resumePipeline]: node => tell(input, node, 'resume'),
    [COMMAND_IDS.drainPipeline]: node => tell(input, node, 'drain'),
    [COMMAND_IDS.setKafkaLogin]: () => askKafkaLogin(input.secrets),
    [COMMAND_IDS.setRegistryLogin]: () => askRegistryLogin(input.secrets),
    [COMMAND_IDS.showPipelineLog]: async node => {
      const file = pipelineFileOf(node) ?? (await pickFitting(input, () => true));
      if (file !== undefined) await logs.show(pipelineLogName(file));
    },
  };
}

async function tell(
  input: PipelineCommandsInput,
  node: unknown,
  what: 'pause' | 'resume' | 'drain',
): Promise<void> {
  const { runs } = input;
  const fits = (file: string): boolean => {
    const run = runs.get(file);
    return run.kind === 'running' && (run.metrics?.state === 'paused') === (what === 'resume');
  };
  const file = pipelineFileOf(node) ?? (await pickFitting(input, fits));
  if (file !== undefined) runs.tell(file.fsPath, what);
}

/** The only fitting pipeline, or the one that is picked. Throws when none fits. */
async function pickFitting(
  { files, runs }: PipelineCommandsInput,
  fits: (file: string) => boolean,
): Promise<Uri | undefined> {
  const fitting = (await files.list()).filter(file => fits(file.fsPath));
  return pickPipeline(fitting, file => describeRun(runs.get(file.fsPath)));
}
