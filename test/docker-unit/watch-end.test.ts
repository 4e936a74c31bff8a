import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContainerDetail } from '../../docker/containers/engine-api.ts';
import { watchEnd } from '../../docker/containers/watch-end.ts';
import { createMemoryEngine } from './memory-engine.ts';

const NEVER = new AbortController().signal;

describe('waiting for the end of a container', () => {
  const causeWhen = (inspectContainer: () => Promise<ContainerDetail | undefined>): Promise<string> =>
    watchEnd({ ...createMemoryEngine([]), inspectContainer }, { ids: ['1'], units: [], signal: NEVER });

  test('tells a container that was removed', async () => {
    assert.match(await causeWhen(async () => undefined), /was removed while it was starting/);
  });

  test('tells an engine that has gone as that, and not for one answer that got lost', async () => {
    let looks = 0;
    const cause = await causeWhen(async () => {
      looks += 1;
      throw new Error('The Docker engine does not answer: connect ENOENT');
    });
    assert.match(cause, /engine does not answer/);
    assert.equal(looks, 4);
  });
});
