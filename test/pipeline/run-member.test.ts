import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PositionsMoved } from '../../pipeline/errors.ts';
import type { Membership } from '../../pipeline/kafka/membership.ts';
import { createMeter } from '../../pipeline/meter.ts';
import type { PipelineOptions, PipelineRun } from '../../pipeline/pipeline.ts';
import { runMember } from '../../pipeline/run-member.ts';
import type { TopicPartition } from '../../pipeline/topic-partition.ts';

/** A place in a group, and what a test does with it. */
interface Place {
  readonly membership: Membership;
  readonly run: PipelineRun;
  readonly said: string[];
  readonly stopping: AbortController;
  readonly revoked: AbortController;
  released: number;
}

function openPlace(partitions: readonly TopicPartition[], isFirst = false): Place {
  const [stopping, draining, revoked, expired] = Array.from({ length: 4 }, () => new AbortController());
  assert.ok(stopping && draining && revoked && expired);
  const said: string[] = [];
  const run = {
    meter: createMeter(),
    stopping: stopping.signal,
    draining: draining.signal,
    report: (report: { kind: string; text?: string }) => void said.push(report.text ?? ''),
    caretaker: { isSelf: false },
    goal: {},
  } as unknown as PipelineRun;
  const place: Place = {
    membership: {
      assigned: () =>
        Promise.resolve({
          ...{ partitions, isFirst, revoked: revoked.signal, expired: expired.signal },
          release: () => void place.released++,
        }),
      reportCommitted: () => Promise.resolve(),
      leave: () => Promise.resolve(),
    },
    ...{ run, said, stopping, revoked, released: 0 },
  };
  return place;
}

const options = {} as PipelineOptions;

describe('a member of a group', () => {
  test('works with its partitions, looks after the table if it has the first, and gives them back at the end', async () => {
    const place = openPlace(['t/0', 't/2', 'u/1'], true);
    const end = await runMember(place.membership, { options, run: place.run }, share => {
      assert.deepEqual(share.partitions, ['t/0', 't/2', 'u/1']);
      assert.deepEqual([place.run.caretaker.isSelf, place.released], [true, 0]);
      return Promise.resolve('finished');
    });
    assert.deepEqual([end, place.run.caretaker.isSelf, place.released], ['finished', false, 1]);
    assert.deepEqual(place.said, ['This member has the partitions 0, 2 of t; 1 of u.']);
  });

  test('that lost its partitions to others has not failed; one that still has them has', async () => {
    const place = openPlace(['t/0']);
    const work = (): Promise<never> =>
      Promise.reject(new PositionsMoved('Another writer moved the offsets.'));
    await assert.rejects(runMember(place.membership, { options, run: place.run }, work), PositionsMoved);
    place.revoked.abort();
    assert.equal(await runMember(place.membership, { options, run: place.run }, work), 'revoked');
    assert.equal(place.released, 2);
  });

  test('whose work fails for another reason says so, revoked or not', async () => {
    const place = openPlace(['t/0']);
    place.revoked.abort();
    const work = (): Promise<never> => Promise.reject(new Error('broken'));
    await assert.rejects(runMember(place.membership, { options, run: place.run }, work), /broken/);
    assert.equal(place.released, 1);
  });

  for (const [how, end] of [
    ['revoked', 'revoked'],
    ['stopping', 'finished'],
  ] as const) {
    test(`without partitions waits until it is ${how}`, async () => {
      const place = openPlace([]);
      const waiting = runMember(place.membership, { options, run: place.run }, () =>
        Promise.reject(new Error('There is nothing to work with.')),
      );
      place[how].abort();
      assert.equal(await waiting, end);
      assert.deepEqual(place.run.meter.share, { partitions: 0, of: 0 });
    });
  }
});
