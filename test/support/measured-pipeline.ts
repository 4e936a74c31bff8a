import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';

/** What the measured process is told. */
export interface MeasuredStart {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  /** Where brokers are reached, in place of where the cluster says. */
  readonly kafkaPort?: number;
  /** Goes on until it is told to end. */
  readonly isEndless?: boolean;
}
/** What it says about ten times a second, and at last with `ended`. */
export interface MeasuredProgress {
  readonly rowsRead: number;
  readonly rowsCommitted: number;
  readonly peakRssMb: number;
  readonly waitingFor: readonly string[];
  /** Everything that was told until now. */
  readonly notices: readonly string[];
  readonly ended: boolean;
}

/**
 * A process in which nothing but a pipeline is, so that its memory can be measured. It reads its topic to the end; an endless
 * one ends with the second message.
 */
process.once('message', ({ config, endpoints, kafkaPort, isEndless = false }: MeasuredStart) => {
  const notices: string[] = [];
  let peakRssMb = 0;
  const tell = (ended: boolean): void => {
    const metrics = pipeline.metrics();
    peakRssMb = Math.max(peakRssMb, metrics.rssBytes / 1024 ** 2);
    const progress = {
      rowsRead: Number(metrics.rowsRead),
      rowsCommitted: Number(metrics.rowsCommitted),
      peakRssMb,
      waitingFor: metrics.waitingFor,
      notices,
      ended,
    };
    process.send?.(progress satisfies MeasuredProgress, () => {
      if (ended) process.exit(0);
    });
  };
  const pipeline = startLakehousePipeline({
    config,
    endpoints,
    once: !isEndless,
    ...(kafkaPort === undefined ? {} : { kafkaRoute: () => ({ host: '127.0.0.1', port: kafkaPort }) }),
    onReport: report => {
      if (report.kind === 'notice') notices.push(report.text);
    },
  });
  process.once('message', () => pipeline.drain());
  const timer = setInterval(() => tell(false), 100);
  pipeline.finished.then(
    () => {
      clearInterval(timer);
      tell(true);
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
