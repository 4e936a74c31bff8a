import { startLakehousePipeline } from '../../../pipeline/open-pipeline.ts';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { PipelineConfig } from '../../../pipeline/config.ts';

/** What the measured process is told, and what it answers when the topic is read. */
export interface MeasuredRun {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
}
export interface MeasuredResult {
  readonly rows: number;
  readonly seconds: number;
  readonly firstCommitSeconds: number;
  readonly peakRssMb: number;
  /** Processor time of the whole process, in microseconds per row. */
  readonly cpuMicrosPerRow: number;
}

/** The process in which the ETL is measured: nothing else of the benchmark is in its memory or processor time. */
process.once('message', ({ config, endpoints }: MeasuredRun) => {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let firstCommitSeconds = NaN;
  let peakRssMb = 0;
  const pipeline = startLakehousePipeline({
    config,
    endpoints,
    once: true,
    metricsIntervalMs: 100,
    onReport: report => {
      if (report.kind === 'metrics') peakRssMb = Math.max(peakRssMb, report.metrics.rssBytes / 1024 ** 2);
      else if (report.kind === 'commit') firstCommitSeconds ||= (performance.now() - started) / 1000;
    },
  });
  pipeline.finished.then(
    summary => {
      const { user, system } = process.cpuUsage(cpu);
      const rows = Number(summary.rows);
      const seconds = summary.milliseconds / 1000;
      const cpuMicrosPerRow = (user + system) / rows;
      process.send?.(
        { rows, seconds, firstCommitSeconds, peakRssMb, cpuMicrosPerRow } satisfies MeasuredResult,
        () => process.exit(0),
      );
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
