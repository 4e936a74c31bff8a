import type { PipelineConfig } from './config.ts';
import { PipelineHalt } from './errors.ts';
import type { OpenUnit } from './open-unit.ts';

/** A share of bad records says nothing about a handful of them. */
const MIN_BAD_RECORDS_FOR_RATIO = 100;

/** With `onError: fail`, throws PipelineHalt for the first bad record. */
export function failOnBadRecord({ onError, source }: PipelineConfig, unit: OpenUnit): void {
  const [example] = unit.examples;
  if (onError.action !== 'fail' || example === undefined) return;
  throw new PipelineHalt(
    'bad-record',
    `Topic ${source.topics.join(', ')}, partition ${example.partition}, offset ${example.offset} is no row: ${example.reason}.`,
    'Correct the schema, or set onError to skip, or to deadLetter: `lakehouse etl redrive` tries dead letters again after a fix.',
  );
}

/** Throws PipelineHalt when more of a unit's records are bad than the pipeline file allows. */
export function checkBadRecords({ onError, source }: PipelineConfig, unit: OpenUnit): void {
  const ratio = unit.poison / Math.max(1, unit.poison + unit.rows);
  const [example] = unit.examples;
  if (unit.poison < MIN_BAD_RECORDS_FOR_RATIO || ratio <= onError.maxRatio || example === undefined) return;
  throw new PipelineHalt(
    'too-many-bad-records',
    `${unit.poison} of ${unit.poison + unit.rows} records of topic ${source.topics.join(', ')} are no rows, more than ` +
      `${onError.maxRatio * 100} %. The first: partition ${example.partition}, offset ${example.offset}: ${example.reason}.`,
    'Nothing of them was committed. Correct the schema, or raise onError.maxRatio' +
      (onError.action === 'deadLetter'
        ? '; `lakehouse etl redrive` tries dead letters again after a fix.'
        : '.'),
  );
}
