import type { PipelineConfig } from '../../../pipeline/config.ts';
import type { RedriveResult } from '../../../pipeline/redrive/redrive-table.ts';
import { openTestCatalog, redrive } from '../../support/redrive.ts';

/** What the measured process is told. */
export interface MeasuredRedrive {
  readonly config: PipelineConfig;
}

/** What it says after each unit, and at last with `ended`. */
export interface RedriveMeasurement {
  readonly result: RedriveResult;
  readonly seconds: number;
  readonly peakRssMb: number;
  readonly cpuSeconds: number;
  readonly ended: boolean;
}

/** A process in which nothing but a redrive is, so that its memory and time can be measured, and that can be killed. */
process.once('message', ({ config }: MeasuredRedrive) => {
  const started = performance.now();
  const tell = (result: RedriveResult, ended: boolean): void => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const measured: RedriveMeasurement = {
      result,
      seconds: (performance.now() - started) / 1000,
      peakRssMb: maxRSS / 1024,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      ended,
    };
    process.send?.(measured, () => {
      if (ended) process.exit(0);
    });
  };
  const catalog = openTestCatalog();
  redrive(catalog, { config }, { onProgress: progress => tell(progress, false) }).then(
    result => tell(result, true),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
