import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { type CommandInput, UsageError } from '../../../bin/command.ts';
import { progressText } from '../../../bin/sql/progress-line.ts';
import { describeError, readScript, splitStatements } from '../../../bin/sql/script.ts';
import { TrinoError } from '../../../catalog/trino/client.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'lakehouse-sql-'));
after(() => rmSync(directory, { recursive: true }));

function input(change: Partial<CommandInput>, piped = ''): CommandInput {
  const output = { write: () => true };
  const world = { stdin: Readable.from([piped]), stdout: output, stderr: output, env: {}, cwd: directory };
  return { values: {}, positionals: [], ...world, signal: new AbortController().signal, ...change };
}

describe('the statements that sql runs', () => {
  test('come from the argument, a file or the input, without a byte order mark', async () => {
    writeFileSync(path.join(directory, 'a.sql'), '\ufeffSELECT 1;\r\n');
    assert.equal((await readScript(input({ positionals: ['SELECT', '2'] }))).text, 'SELECT 2');
    assert.equal((await readScript(input({ values: { file: 'a.sql' } }))).text, 'SELECT 1;\r\n');
    assert.equal((await readScript(input({}, '\ufeffSELECT 3'))).text, 'SELECT 3');
    assert.equal((await readScript(input({ values: { file: '-' } }, 'SELECT 4'))).text, 'SELECT 4');
  });

  test('are refused when there are none, two sources, or bytes that are no text', async () => {
    writeFileSync(path.join(directory, 'latin1.sql'), Buffer.from([0x53, 0xe4]));
    const terminal = Object.assign(Readable.from([]), { isTTY: true });
    await assert.rejects(readScript(input({ stdin: terminal })), UsageError);
    await assert.rejects(
      readScript(input({ positionals: ['SELECT 1'], values: { file: 'a.sql' } })),
      UsageError,
    );
    await assert.rejects(
      readScript(input({ values: { file: 'latin1.sql' } })),
      /latin1\.sql is not UTF-8 text/,
    );
    await assert.rejects(readScript(input({ values: { file: 'none.sql' } })), /ENOENT/);
  });

  test('are split at semicolons that end statements, with their places', () => {
    const text = "-- first; comment\r\nSELECT ';' ;;\n\n  SELECT 2; -- end\nSELECT\n 3";
    assert.deepEqual(splitStatements({ name: 'x', text }), [
      { sql: "SELECT ';'", line: 2, column: 1 },
      { sql: 'SELECT 2', line: 4, column: 3 },
      { sql: 'SELECT\n 3', line: 5, column: 1 },
    ]);
    assert.deepEqual(splitStatements({ name: 'x', text: '-- nothing\n' }), []);
  });

  test('that fail are shown with the place in the script', () => {
    const script = { name: 'a.sql', text: 'SELECT 1;\n  SELECT x,\n\ty' };
    const [, statement] = splitStatements(script);
    assert.ok(statement !== undefined);
    const at = (line: number, column: number) =>
      new TrinoError('bad', { errorName: 'E', retriable: false, line, column });
    assert.equal(
      describeError(at(1, 8), script, statement),
      'a.sql:2:10: E: bad\n    SELECT x,\n           ^',
    );
    assert.equal(describeError(at(2, 2), script, statement), 'a.sql:3:2: E: bad\n   y\n   ^');
    assert.equal(
      describeError(new TrinoError('bad', { errorName: 'E', retriable: false }), script, statement),
      'E: bad',
    );
  });

  test('say how far they are in one line', () => {
    const none = {
      nodes: 1,
      queuedSplits: 0,
      runningSplits: 0,
      cpuTimeMs: 0,
      queuedTimeMs: 0,
      physicalInputBytes: 0,
      peakMemoryBytes: 0,
      spilledBytes: 0,
    };
    const statistics = {
      ...none,
      state: 'RUNNING',
      totalSplits: 40,
      completedSplits: 12,
      processedRows: 1_234_567,
      processedBytes: 31_000_000,
      elapsedTimeMs: 3210,
    };
    assert.equal(progressText(statistics), 'RUNNING  12/40 splits  1.2 M rows  31.0 MB  3.2 s');
    assert.equal(
      progressText({ ...statistics, state: 'QUEUED', totalSplits: 0, processedRows: 0, processedBytes: 5 }),
      'QUEUED  0 rows  5 B  3.2 s',
    );
  });
});
