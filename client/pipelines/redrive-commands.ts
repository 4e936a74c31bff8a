import { fileURLToPath } from 'node:url';
import { type Uri, window, workspace } from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { RegistryLogin } from '../../pipeline/avro/registry-login.ts';
import { PIPELINE_ENVIRONMENT, PIPELINE_EXEC_ARGV } from '../../pipeline/child-protocol.ts';
import type { RedriveAnswer, RedriveCommand, RedriveEvent } from '../../pipeline/redrive/child-protocol.ts';
import type { RedriveResult } from '../../pipeline/redrive/redrive-table.ts';
import { runChildTask } from '../child-task.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import { isCatalogNode } from '../catalog/catalog-nodes.ts';
import { withAbort } from '../catalog/run-in-trino.ts';
import { requireTable } from '../catalog/table-target.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { LogDocuments } from '../log-documents.ts';
import { pipelineFileOf, pipelineLogName, pipelineName, type PipelineFiles } from './pipeline-files.ts';
import { describeErrors, describeOutcome, describePlan, describeProgress } from './redrive-text.ts';

export interface RedriveCommandsInput {
  readonly files: PipelineFiles;
  readonly session: LakehouseSession;
  readonly browser: Pick<CatalogBrowser, 'poll'>;
  readonly logs: LogDocuments;
  /** The login of a schema registry, asked at every redrive. */
  readonly registryLogin: () => Promise<RegistryLogin | undefined>;
}

/** Tries the dead letters of a pipeline again: first it says what would become of them. */
export function redriveCommands(input: RedriveCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.redriveDeadLetters]: async node => {
      if (!workspace.isTrusted) {
        throw new ActionableError(
          'This workspace is not trusted, and a pipeline file can name any code. Trust the workspace first.',
        );
      }
      const target = await findTarget(input, node);
      if (target !== undefined) await redrive(input, target);
    },
  };
}

interface RedriveTarget {
  readonly file: Uri;
  /** The dotted name of the pipeline's table. */
  readonly table: string;
  readonly branch: string;
}

async function findTarget(input: RedriveCommandsInput, node: unknown): Promise<RedriveTarget | undefined> {
  const file = pipelineFileOf(node);
  if (file !== undefined) return readTarget(file);
  const targets = await readTargets(await input.files.list());
  if (!isCatalogNode(node)) return pick(targets);
  const { ref, key } = requireTable(node);
  const table = key.join('.').replace(/__dead_letters$/, '');
  const fitting = targets.filter(target => target.table === table);
  if (fitting.length === 0) {
    throw new ActionableError(
      `No pipeline of this workspace writes ${table}, and only a pipeline file says how its records become rows. Open the folder with the file.`,
    );
  }
  const chosen = await pick(fitting);
  return chosen === undefined ? undefined : { ...chosen, branch: ref };
}

async function readTarget(file: Uri): Promise<RedriveTarget> {
  const { loadPipelineConfig } = await import('../../pipeline/config/load-config.ts');
  const { table, branch } = await loadPipelineConfig(file.fsPath, { withoutCode: true });
  return { file, table: table.join('.'), branch };
}

/** Files with a fault write no table: whoever starts one is told about it. */
async function readTargets(files: readonly Uri[]): Promise<RedriveTarget[]> {
  const read = await Promise.allSettled(files.map(readTarget));
  return read.filter(item => item.status === 'fulfilled').map(({ value }) => value);
}

async function pick(targets: readonly RedriveTarget[]): Promise<RedriveTarget | undefined> {
  if (targets.length === 0) {
    throw new ActionableError(
      'There is no pipeline in this workspace. A pipeline is a file whose name ends in .pipeline.yaml; the view Pipelines lists them.',
    );
  }
  if (targets.length === 1) return targets[0];
  const items = targets.map(target => ({
    label: pipelineName(target.file),
    description: `${target.table} on ${target.branch}`,
    target,
  }));
  return (await window.showQuickPick(items, { placeHolder: 'The dead letters of which pipeline?' }))?.target;
}

async function redrive(input: RedriveCommandsInput, target: RedriveTarget): Promise<void> {
  const { table, branch } = target;
  const endpoints = requireEndpoints(input.session, ['objectStore', 'nessie']);
  const run = (title: string, dryRun: boolean): Promise<RedriveResult | undefined> =>
    runRedrive(input, target, { title, endpoints, dryRun });
  const plan = await run(`Trying the dead letters of ${table}`, true);
  if (plan === undefined) return;
  if (plan.letters === 0) {
    void window.showInformationMessage(`${table} on ${branch} has no dead letters of this pipeline.`);
    return;
  }
  const answer = await confirm({
    title: `Redrive the dead letters of ${table} on ${branch}`,
    question:
      plan.resolved === 0
        ? 'None of them would become a row. Change the pipeline file or the table first.'
        : 'They are appended and taken out of the dead letters in one commit, also while the pipeline runs.',
    actions: plan.resolved === 0 ? [] : [{ label: 'Redrive', description: describePlan(plan) }],
    about: {
      title: 'What would still be no row',
      lines: plan.errors.length === 0 ? ['nothing'] : describeErrors(plan),
    },
  });
  if (answer === undefined || 'line' in answer) return;
  const result = await run(`Redriving the dead letters of ${table}`, false);
  if (result === undefined) return;
  void window.showInformationMessage(describeOutcome(result, `${table} on ${branch}`));
  await input.browser.poll();
}

const PROGRAM = fileURLToPath(new URL('../../pipeline/redrive/child.ts', import.meta.url));

interface RedriveRun {
  readonly title: string;
  readonly endpoints: LakehouseEndpoints;
  readonly dryRun: boolean;
}

/** Answers what came of it; undefined when it was cancelled. */
async function runRedrive(
  { logs, registryLogin }: RedriveCommandsInput,
  { file, branch }: RedriveTarget,
  { title, endpoints, dryRun }: RedriveRun,
): Promise<RedriveResult | undefined> {
  const login = await registryLogin();
  const place = { pipelineFile: file.fsPath, endpoints, branch };
  const command: RedriveCommand = { kind: 'redrive', ...place, registryLogin: login, dryRun };
  const answer = await withAbort(title, (signal, report) => {
    let shown = 0;
    return runChildTask({
      program: PROGRAM,
      command,
      work: 'redrove the dead letters',
      lean: { execArgv: PIPELINE_EXEC_ARGV, env: PIPELINE_ENVIRONMENT },
      signal,
      isAnswer: (event: RedriveEvent): event is RedriveAnswer =>
        event.kind !== 'progress' && event.kind !== 'notice',
      onEvent: event => {
        if (event.kind === 'notice') {
          logs.append(pipelineLogName(file), `${new Date().toISOString()} [warning] ${event.text}`);
          return;
        }
        const { seen, total } = event.progress;
        const share = (100 * seen) / Math.max(1, total);
        report(describeProgress(event.progress), Math.max(0, share - shown));
        shown = Math.max(shown, share);
      },
    });
  });
  if (answer.kind === 'failed') throw new Error(answer.message);
  return answer.kind === 'done' ? answer.result : undefined;
}
