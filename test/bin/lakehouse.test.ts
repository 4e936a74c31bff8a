import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const ENTRY = path.resolve(import.meta.dirname, '../../bin/lakehouse.ts');
const run = promisify(execFile);

describe('lakehouse', () => {
  test('knows no command that is only a member of every object', async () => {
    await assert.rejects(run(process.execPath, [ENTRY, 'constructor']), {
      code: 2,
      stderr: "lakehouse: there is no command 'constructor'. 'lakehouse help' lists them.\n",
    });
  });
});
