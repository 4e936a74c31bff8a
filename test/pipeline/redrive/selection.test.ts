import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  errorKind,
  isLetterOf,
  isSelected,
  type LetterSelection,
  parseOffsetSpan,
} from '../../../pipeline/redrive/selection.ts';

const LETTER = {
  topic: 'flights',
  partition: 2,
  offset: 9_007_199_254_740_993n,
  error: '"fare" expects double, found "free"',
};

describe('a selection of dead letters', () => {
  const cases: readonly (readonly [LetterSelection, boolean])[] = [
    [{}, true],
    [{ topic: 'flights' }, true],
    [{ topic: 'flight' }, false],
    [{ partition: 2, error: 'EXPECTS DOUBLE' }, true],
    [{ partition: 0 }, false],
    [{ error: 'expects long' }, false],
    [{ offsets: { from: 9_007_199_254_740_993n } }, true],
    [{ offsets: { from: 9_007_199_254_740_994n } }, false],
    [{ offsets: { to: 9_007_199_254_740_992n } }, false],
    [{ offsets: { from: 0n, to: 9_007_199_254_740_993n } }, true],
  ];
  for (const [selection, expected] of cases) {
    test(`${expected ? 'takes' : 'leaves'} a letter with ${Object.keys(selection).join(' and ') || 'no conditions'} ${String(Object.values(selection)[0] ?? '')}`, () => {
      assert.equal(isSelected(selection, LETTER), expected);
    });
  }

  test('reads spans of offsets with both ends, beyond 2^53, and refuses everything else', () => {
    assert.deepEqual(parseOffsetSpan('100..200'), { from: 100n, to: 200n });
    assert.deepEqual(parseOffsetSpan(' 7 '), { from: 7n, to: 7n });
    assert.deepEqual(parseOffsetSpan('9007199254740993..'), { from: 9_007_199_254_740_993n });
    assert.deepEqual(parseOffsetSpan('..5'), { to: 5n });
    for (const text of ['', '..', '-1', '1-2', '1...3', 'a..b', '5..4'])
      assert.throws(() => parseOffsetSpan(text), RangeError, text);
  });
});

test('letters of a back-fill belong to the pipeline, those of a pipeline with a longer name do not', () => {
  assert.ok(isLetterOf('trips', 'trips'));
  assert.ok(isLetterOf('trips', 'trips.backfill-0123abcd'));
  assert.ok(!isLetterOf('trips', 'trips2'));
  assert.ok(!isLetterOf('trips', 'other'));
});

test('errors are counted by what they have in common, not by what is in the record', () => {
  const kinds = [
    '"fare" expects double, found "free"',
    '"fare" expects double, found an object, found twice',
    'row 2 of 3: "fare" expects double, found 7',
    'line 12: "fare" expects double, found null',
  ].map(errorKind);
  assert.deepEqual([...new Set(kinds)], ['"fare" expects double']);
  assert.equal(errorKind(`no JSON: Unexpected token 'x', "x1" is not valid JSON`), 'no JSON');
  assert.equal(
    errorKind('given up: up to 3 records, 5 to 7, were deleted'),
    errorKind('given up: record 9 was deleted'),
  );
  assert.equal(errorKind('TypeError: x is undefined\n  at t.ts:3:1'), 'TypeError: x is undefined');
  assert.equal(errorKind('"a" is required but missing'), '"a" is required but missing');
});
