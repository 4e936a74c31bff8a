import path from 'node:path';
import { loadPipelineConfig } from '../config/load-config.ts';
import type { TrialAnswer, TrialCommand } from './child-protocol.ts';
import { trialToText } from './print-trial.ts';
import { runTrial } from './run-trial.ts';
import { describeTypes } from './write-types.ts';

/** The process that tries pipelines for the editor: see child-protocol.ts. */
const cancelling = new AbortController();

process.on('message', (command: TrialCommand) => {
  if (command.kind === 'cancel') cancelling.abort();
  else void work(command).catch(explain).then(end);
});
// The editor is gone, and with it whoever wanted this.
process.on('disconnect', () => process.exit(1));

async function work(command: Exclude<TrialCommand, { kind: 'cancel' }>): Promise<TrialAnswer> {
  const { kind, pipelineFile, endpoints, kafkaSecurity, registryLogin, records } = command;
  const config = await loadPipelineConfig(pipelineFile, {
    registryLogin,
    withoutCode: kind === 'types',
  });
  const request = { config, endpoints, kafkaSecurity, limit: records, signal: cancelling.signal };
  const text =
    kind === 'types'
      ? await describeTypes(request, path.basename(pipelineFile))
      : trialToText(await runTrial(request));
  return { kind: 'done', text };
}

function explain(error: unknown): TrialAnswer {
  if (cancelling.signal.aborted) return { kind: 'cancelled' };
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

function end(answer: TrialAnswer): void {
  if (!process.connected) process.exit(1);
  process.send?.(answer, () => process.exit(0));
}
