import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows } from '../../../client/notebook/row-difference.ts';

test('two results are compared row by row by their key', () => {
  const left = [
    ['1', 'a'],
    ['2', 'b'],
    ['3', null],
    ['4', 'x'],
  ];
  const right = [
    ['2', 'B'],
    ['1', 'a'],
    ['3', ''],
    ['5', 'y'],
  ];
  assert.deepEqual(compareRows(left, right, { keys: [0] }), {
    left: ['2\tb', '3\tNULL', '4\tx'],
    right: ['2\tB', '3\t""', '5\ty'],
    added: 1,
    removed: 1,
    changed: 2,
    equal: 1,
  });
});

test('rows that are there more than once are counted', () => {
  const difference = compareRows([['1'], ['1']], [['1']], { keys: [0] });
  assert.deepEqual([difference.removed, difference.equal], [1, 1]);
});
