import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countText } from '../../client/count-text.ts';

describe('a count in words', () => {
  test('is what Intl writes for whole numbers of any size', () => {
    const some = [0, 7, 999, 1000, 12_345, 123_456, 1_234_567, -1, -999, -1000, -1_234_567];
    for (const value of [...some, ...some.map(BigInt), 9_223_372_036_854_775_807n])
      assert.equal(countText(value), value.toLocaleString('en-US'));
  });
});
