import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMeter } from '../../pipeline/meter.ts';
import { type LabelledMetrics, printPrometheus } from '../../pipeline/prometheus.ts';
import { parseExposition } from '../support/prometheus.ts';

function measured(pipeline: string): LabelledMetrics {
  const meter = createMeter();
  meter.state = 'running';
  meter.rowsRead = 9_007_199_254_740_993n;
  meter.countCommit({ rows: 5n, files: 2, bytes: 1_000, milliseconds: 80, poison: 0 });
  meter.countCommit({ rows: 6n, files: 1, bytes: 500, milliseconds: 4_000, poison: 0 });
  meter.lag = [
    { topic: 'a.b', partition: 0, committed: 7n, end: 10n, seconds: 2.5 },
    { topic: 'a.b', partition: 1, committed: 0n, end: 1n, seconds: undefined },
  ];
  meter.outages = { waitingFor: () => ['Nessie'] };
  return { pipeline, table: 'demo.t', branch: 'odd "branch"\\\n', metrics: meter.metrics(0) };
}

describe('the metrics for Prometheus', () => {
  const families = parseExposition(printPrometheus([measured('one'), measured('two')]));
  const valuesOf = (name: string, labels: Readonly<Record<string, string>> = {}): string[] =>
    [...families.values()]
      .flatMap(({ samples }) => samples)
      .filter(sample => sample.name === name)
      .filter(sample =>
        Object.entries({ pipeline: 'one', ...labels }).every(([key, value]) => sample.labels[key] === value),
      )
      .map(sample => sample.value);

  test('follow the exposition format: every family once, with help and type, labels escaped', () => {
    assert.ok(families.size >= 14);
    for (const [name, { help, type, samples }] of families) {
      assert.match(name, /^lakehouse_pipeline_[a-z_]+$/);
      assert.ok(help.length > 10 && samples.length > 0, name);
      assert.equal(type === 'counter', name.endsWith('_total'), name);
    }
    const [sample] = families.get('lakehouse_pipeline_rows_read_total')?.samples ?? [];
    assert.deepEqual(sample?.labels, { pipeline: 'one', table: 'demo.t', branch: 'odd "branch"\\\n' });
  });

  test('say what the pipeline does, exactly', () => {
    assert.deepEqual(valuesOf('lakehouse_pipeline_rows_read_total'), ['9007199254740993']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_rows_committed_total'), ['11']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_written_bytes_total'), ['1500']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_files_total'), ['3']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_partitions'), ['2']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_lag_records', { topic: 'a.b', partition: '0' }), ['3']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_lag_seconds'), ['2.5']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_state', { state: 'running' }), ['1']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_state', { state: 'halted' }), ['0']);
    assert.deepEqual(valuesOf('lakehouse_pipeline_waiting', { server: 'Nessie' }), ['1']);
  });

  test('give the times of commits as a cumulative histogram', () => {
    const buckets = valuesOf('lakehouse_pipeline_commit_duration_seconds_bucket').map(Number);
    assert.deepEqual(
      buckets,
      [...buckets].sort((a, b) => a - b),
    );
    const name = 'lakehouse_pipeline_commit_duration_seconds';
    assert.deepEqual(valuesOf(`${name}_bucket`, { le: '0.1' }), ['1']);
    assert.deepEqual(valuesOf(`${name}_bucket`, { le: '+Inf' }), valuesOf(`${name}_count`));
    assert.deepEqual(valuesOf(`${name}_sum`), ['4.08']);
  });
});
