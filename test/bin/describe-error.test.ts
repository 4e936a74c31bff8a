import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { describeError } from '../../bin/describe-error.ts';

const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('what the system says about a file becomes a sentence', () => {
  const missing = errorOf(() => statSync('/there/is/no/such.csv'));
  assert.equal(describeError(missing), "There is no file or folder '/there/is/no/such.csv'.");
  const folder = Object.assign(new Error('EISDIR: illegal operation'), { code: 'EISDIR', path: 'a' });
  assert.equal(describeError(folder), "'a' is a folder, and a file is needed.");
});

test('other errors keep their own words', () => {
  const own = Object.assign(new Error('The table is gone.'), { code: 'ENOENT', path: 'x' });
  assert.equal(describeError(own), 'The table is gone.');
  assert.equal(describeError(errorOf(() => readFileSync('a\0b')) as Error).includes('null'), true);
  assert.equal(describeError('plain'), 'plain');
});
