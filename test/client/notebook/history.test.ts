import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openHistory, type HistoryEntry } from '../../../client/notebook/history.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-history-'));
after(() => {
  rmSync(folder, { recursive: true });
});

describe('the history of statements', () => {
  test('comes back in a later session, newest first, and survives a line that was cut', () => {
    const history = openHistory(path.join(folder, 'a'));
    history.add(entry('SELECT 1'));
    history.add(entry('SELECT 2'));
    appendFileSync(path.join(folder, 'a', 'history.jsonl'), '{"statement": "SEL');
    assert.deepEqual(
      openHistory(path.join(folder, 'a'))
        .entries()
        .map(each => each.statement),
      ['SELECT 2', 'SELECT 1'],
    );
    assert.equal(statSync(path.join(folder, 'a', 'history.jsonl')).mode & 0o777, 0o600);
  });

  test('can be cleared', () => {
    const history = openHistory(path.join(folder, 'b'));
    history.add(entry('SELECT 1'));
    history.clear();
    assert.deepEqual(history.entries(), []);
  });

  test('keeps the newest entries only', () => {
    const history = openHistory(path.join(folder, 'c'));
    for (let i = 0; i < 3100; i++) history.add(entry(`SELECT ${i}`));
    const entries = history.entries();
    assert.equal(entries[0]?.statement, 'SELECT 3099');
    assert.equal(entries.length, 2000);
  });

  test('forgets one run', () => {
    const history = openHistory(path.join(folder, 'd'));
    for (const statement of ['SELECT 1', 'SELECT 2', 'SELECT 3']) history.add(entry(statement));
    history.remove(entry('SELECT 2'));
    assert.deepEqual(
      history.entries().map(each => each.statement),
      ['SELECT 3', 'SELECT 1'],
    );
  });

  test('holds the value of a secret neither in a statement nor in its error', () => {
    const history = openHistory(path.join(folder, 'e'));
    const statement = `CREATE CATALOG c USING postgresql WITH ("connection-password" = 'hunter2', "connection-user" = 'me')`;
    history.add({ ...entry(statement), state: 'FAILED', error: "GENERIC: cannot log in with 'hunter2'" });
    assert.doesNotMatch(readFileSync(path.join(folder, 'e', 'history.jsonl'), 'utf8'), /hunter2/);
    const [kept] = history.entries();
    assert.equal(kept?.statement, statement.replace('hunter2', '***'));
    assert.equal(kept.error, "GENERIC: cannot log in with '***'");
  });
});

function entry(statement: string): HistoryEntry {
  return { at: 1, statement, state: 'FINISHED', elapsedMs: 5, rows: 1, source: 'a.sql' };
}
