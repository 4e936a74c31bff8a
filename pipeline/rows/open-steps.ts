import { createRowMapper, type RowMapping } from '../columns/map-rows.ts';
import { openTransform, type TransformPlan } from '../transform/open-transform.ts';
import { BadRecord } from './raw-record.ts';
import type { RowStep } from './row-steps.ts';

/** What stands between the records and the rows. Plain data: it is sent to the worker thread. */
export interface StepsPlan {
  /** A function in TypeScript that makes the rows. What the pipeline file says about columns holds for what it returns. */
  readonly transform?: TransformPlan;
}

export interface OpenSteps {
  readonly steps: readonly RowStep[];
  /** What the user's code wrote to the console since the last call. */
  takeLines(): readonly string[];
}

/** First the transform, then the rules of the columns. Throws PipelineHalt where the user's code cannot be used. */
export function openSteps({ transform, ...mapping }: StepsPlan & RowMapping): OpenSteps {
  const opened = transform === undefined ? undefined : openTransform(transform);
  const map = createRowMapper(mapping);
  return {
    steps: [...(opened === undefined ? [] : [opened.step]), ...(map === undefined ? [] : [mapAll(map)])],
    takeLines: () => opened?.takeLines() ?? [],
  };
}

function mapAll(map: NonNullable<ReturnType<typeof createRowMapper>>): RowStep {
  return records => {
    for (const record of records) {
      try {
        record.rows = record.rows.map(map);
      } catch (error) {
        if (!(error instanceof BadRecord)) throw error;
        record.reason = error.message;
      }
    }
  };
}
