import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { offsetsProperty, printOffsets } from '../../../pipeline/iceberg/offsets.ts';
import { topicPartition } from '../../../pipeline/topic-partition.ts';
import { readPipelineOffsets } from '../../../catalog/table-page/offsets.ts';

describe('the pipelines of a table page', () => {
  test('are read from what our own pipelines write', () => {
    const next = new Map([
      [0, 9007199254740993n],
      [1, 0n],
    ]);
    const named = new Map([...next].map(([partition, offset]) => [topicPartition('t.x', partition), offset]));
    const rest = { cluster: 'c', starts: new Map(), times: new Map(), seq: 3, commitId: 'id', writer: 'h/1' };
    const text = printOffsets({ ...rest, next: named });
    assert.deepEqual(readPipelineOffsets({ [offsetsProperty('my.pipe')]: text, other: '1' }), [
      {
        pipeline: 'my.pipe',
        property: offsetsProperty('my.pipe'),
        isUnreadable: false,
        topics: [{ topic: 't.x', next }],
      },
    ]);
  });

  test('are shown even when their offsets cannot be read', () => {
    for (const text of ['', '{', '[]', '{"topics":{"t":{"p":{"0":"x"}}}}'])
      assert.deepEqual(readPipelineOffsets({ 'lakehouse.p.offsets': text }), [
        { pipeline: 'p', property: 'lakehouse.p.offsets', isUnreadable: true, topics: [] },
      ]);
  });
});
