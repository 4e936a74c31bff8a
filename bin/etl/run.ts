import { PipelineHalt } from '../../pipeline/errors.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { backfillName, type OffsetRangeRequest, parseBound } from '../../pipeline/offset-range.ts';
import { type LakehousePipeline, startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { RunningPipeline } from '../../pipeline/pipeline.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';
import { serveMetrics } from './metrics-server.ts';
import { readPipelineFile, withSchema } from './pipeline-file.ts';
import { jsonView, type PipelineView, textView } from './views.ts';

/** Runs pipelines side by side until Ctrl+C, or to the ends of their topics. One that halts does not stop the others. */
export async function runPipelines(input: CommandInput, files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new UsageError('Name a pipeline file.');
  // All files are read before a server is asked: a wrong name is no reason to start a lakehouse first.
  const read: { readonly file: string; readonly config: PipelineConfig }[] = [];
  for (const file of files) read.push({ file, config: await readPipelineFile(input, file) });
  const endpoints = await findEndpoints(input);
  const configs: PipelineConfig[] = [];
  for (const found of read) {
    const config = await withSchema(input, { ...found, endpoints });
    if (config === undefined) return 1;
    if (configs.some(other => other.name === config.name))
      throw new UsageError(`Two of the files are named ${config.name}; the name keeps their offsets apart.`);
    configs.push(config);
  }
  return start(
    input,
    configs.map(config => ({ config, endpoints, once: input.values['once'] === true })),
  );
}

/** Loads one stretch of a pipeline's topics into its table, exactly once, without touching how far the pipeline itself is. */
export async function backfill(input: CommandInput, files: readonly string[]): Promise<number> {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError('Name one pipeline file.');
  const { from = 'earliest', to = 'latest' } = input.values as {
    readonly from?: string;
    readonly to?: string;
  };
  const config = await readPipelineFile(input, file);
  const range = { ...readRange(config, { from, to }), again: input.values['again'] === true };
  const name = backfillName(config.name, { from, to });
  return start(input, [{ config: { ...config, name }, endpoints: await findEndpoints(input), range }]);
}

function readRange(
  { source }: PipelineConfig,
  texts: { readonly from: string; readonly to: string },
): OffsetRangeRequest {
  try {
    return { from: parseBound(texts.from, source), to: parseBound(texts.to, source) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function start(
  input: CommandInput,
  runs: readonly Omit<LakehousePipeline, 'onReport' | 'recovery'>[],
): Promise<number> {
  const view = input.values['json'] === true ? jsonView(input, runs.length) : textView(input, runs.length);
  const recovery = {
    skipLost: input.values['skip-lost'] === true,
    resetOffsets: input.values['reset-offsets'] === true,
    fromSnapshot: input.values['from-snapshot'] === true,
  };
  const running: { readonly config: PipelineConfig; readonly pipeline: RunningPipeline }[] = [];
  await using metrics = await serveMetrics(input.values['metrics-port'], () =>
    running.map(({ config, pipeline }) => ({ config, metrics: pipeline.metrics() })),
  );
  if (metrics !== undefined) input.stderr.write(`Metrics for Prometheus: ${metrics.uri}\n`);
  const ends = runs.map(run => {
    const part = view.of(run.config);
    const pipeline = startLakehousePipeline({
      ...run,
      recovery,
      kafkaSecurity: kafkaSecurityFrom(input.env),
      onReport: part.report,
    });
    running.push({ config: run.config, pipeline });
    return outcome(pipeline, part);
  });
  const stop = (): void => {
    view.stopping();
    for (const { pipeline } of running) pipeline.stop();
  };
  input.signal.addEventListener('abort', stop, { once: true });
  if (input.signal.aborted) stop();
  const failures = (await Promise.all(ends)).filter(error => error !== undefined);
  for (const [index, error] of failures.entries()) {
    if (index === failures.length - 1) throw error;
    input.stderr.write(`lakehouse etl: ${error.message}\n`);
  }
  return 0;
}

/** Resolves with the reason when a pipeline did not end as it should. */
async function outcome(pipeline: RunningPipeline, view: PipelineView): Promise<Error | undefined> {
  try {
    view.ended(await pipeline.finished);
    return undefined;
  } catch (error) {
    if (error instanceof PipelineHalt) view.halted(error);
    return error instanceof Error ? error : new Error(String(error));
  }
}
