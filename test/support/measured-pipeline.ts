import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';

/** What the measured process is told. */
export interface MeasuredStart {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
}
/** What it says about ten times a second, and at last with `ended`. */
export interface MeasuredProgress {
  readonly rowsRead: number;
  readonly rowsCommitted: number;
  readonly peakRssMb: number;
  readonly ended: boolean;
}

/** A process in which nothing but a pipeline is, so that its memory can be measured. It reads its topic to the end. */
process.once('message', ({ config, endpoints }: MeasuredStart) => {
  let peakRssMb = 0;
  const tell = (ended: boolean): void => {
    const metrics = pipeline.metrics();
    peakRssMb = Math.max(peakRssMb, metrics.rssBytes / 1024 ** 2);
    const progress = {
      rowsRead: Number(metrics.rowsRead),
      rowsCommitted: Number(metrics.rowsCommitted),
      peakRssMb,
      ended,
    };
    process.send?.(progress satisfies MeasuredProgress, () => {
      if (ended) process.exit(0);
    });
  };
  const pipeline = startLakehousePipeline({ config, endpoints, once: true });
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
