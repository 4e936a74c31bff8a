import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { startEncoderThread } from '../../../pipeline/encoder-thread.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import type { EncodingPlan } from '../../../pipeline/batch-encoder.ts';
import { batchOf } from '../../support/record-batch.ts';
import { codeOf } from '../../support/transforms.ts';

async function planOf(text: string): Promise<EncodingPlan & Required<Pick<EncodingPlan, 'transform'>>> {
  return {
    pipeline: 'trips',
    table: ['demo', 'trips'],
    deadLetters: ['demo', 'trips__dead_letters'],
    columns: toColumnSpecs([{ id: 1, name: 'n', required: true, type: { kind: 'long' } }]),
    partitionFields: [],
    targetFileBytes: 1024 * 1024,
    onError: 'deadLetter',
    transform: { code: await codeOf(text), pipeline: 'trips' },
  };
}

describe('the encoder thread with a transform', () => {
  test('writes the rows that it makes, and dead letters of what it throws', async () => {
    const plan = await planOf(`export const transform = (record: { n: number }) => {
      if (record.n === 2) throw new RangeError('two');
      return [{ n: record.n * 10 }, { n: record.n * 10 + 1 }];
    };`);
    const thread = startEncoderThread(plan);
    try {
      await thread.opened;
      const report = await thread.add(batchOf(['{"n":1}', '{"n":2}', 'no JSON', '{"n":3}']));
      const files = await thread.flush();
      assert.deepEqual([report.rows, report.poison], [4, 2]);
      assert.equal(report.examples[0]?.reason, 't.ts: RangeError: two at transform (t.ts:2)');
      assert.deepEqual(
        files.map(({ table, recordCount }) => [table.at(-1), recordCount]),
        [
          ['trips', 4n],
          ['trips__dead_letters', 2n],
        ],
      );
    } finally {
      await thread.stop();
    }
  });

  test('says before the first record that a transform cannot be used', async () => {
    const thread = startEncoderThread(await planOf('export const transform = 1;'));
    const isHalt = (error: unknown): boolean =>
      error instanceof PipelineHalt && error.code === 'transform-unusable';
    try {
      await assert.rejects(thread.opened, isHalt);
      await assert.rejects(thread.flush(), isHalt);
    } finally {
      await thread.stop();
    }
  });

  test('halts when a transform keeps more than there is memory for', async () => {
    const plan = await planOf(`const kept: object[] = [];
      export const transform = (record: object) => {
        for (let i = 0; i < 5_000; i++) kept.push({ ...record, i });
        return undefined;
      };`);
    const thread = startEncoderThread({ ...plan, transform: { ...plan.transform, heapLimitMb: 64 } });
    try {
      await assert.rejects(
        thread.add(batchOf(Array.from({ length: 400 }, () => '{"n":1}'))),
        error =>
          error instanceof PipelineHalt &&
          error.code === 'transform-memory' &&
          /The transform t\.ts needed more than 64 MB of memory\. Keep less/.test(error.message),
      );
    } finally {
      await thread.stop();
    }
  });
});
