import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { acquireLock, findLockHolder } from '../../docker/lock.ts';
import { identifyProcess, isRunning } from '../../docker/process-table.ts';

const MODULE = path.resolve(import.meta.dirname, '../../docker/lock.ts');

describe('the lock of a stack', () => {
  let directory = '';
  let prefix = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'lock-'));
    prefix = path.join(directory, 'supervisor');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('is held by one until it is released', () => {
    const lock = acquireLock(prefix);
    assert.ok(lock);
    assert.equal(findLockHolder(prefix)?.pid, process.pid);
    assert.equal(acquireLock(prefix), undefined);
    lock.release();
    assert.equal(findLockHolder(prefix), undefined);
    assert.ok(acquireLock(prefix));
  });

  test('is taken over from a process that has gone, also when its pid lives on as another process', () => {
    const record = { pid: process.pid, startTime: '1', held: true };
    writeFileSync(`${prefix}.7.lock`, JSON.stringify(record));
    assert.ok(acquireLock(prefix));
    assert.deepEqual(readdirSync(directory), ['supervisor.8.lock']);
  });

  test('goes to exactly one of many processes that find the same stale lock', async () => {
    writeFileSync(`${prefix}.3.lock`, JSON.stringify({ pid: 999_999_999, startTime: '1', held: true }));
    const script = `
      const { acquireLock } = await import(${JSON.stringify(MODULE)});
      const lock = acquireLock(${JSON.stringify(prefix)});
      process.stdout.write(lock ? 'won' : 'lost');
      process.stdin.resume().on('end', () => process.exit());`;
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const answers = await Promise.all(
      children.map(
        child => new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data)))),
      ),
    );
    for (const child of children) child.stdin.end();
    await Promise.all(children.map(child => new Promise(resolve => child.once('exit', resolve))));
    assert.deepEqual(answers.toSorted(), ['lost', 'lost', 'lost', 'lost', 'lost', 'won']);
  });
});

describe('the identity of a process', () => {
  test('stays the same while it runs and ends with it', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identifyProcess(child.pid ?? 0);
    assert.ok(identity);
    assert.equal(isRunning(identity), true);
    const exited = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    assert.equal(isRunning(identity), false);
  });
});
