import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { readGoldenCases } from '../support/golden-cases.ts';
import { checkGoldenCase } from '../support/golden-check.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../golden/completion');

describe('completion', () => {
  for (const golden of readGoldenCases(FOLDER)) {
    test(golden.title, () => assert.deepEqual(checkGoldenCase(golden), [], golden.text));
  }
});
