import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import type { Progress, ResultOutput } from '../../../client/notebook/messages.ts';
import { openResultRecords, type ResultRecord } from '../../../client/notebook/result-records.ts';

const root = mkdtempSync(path.join(tmpdir(), 'lakehouse-records-'));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'r-'));
});
after(() => {
  rmSync(root, { recursive: true });
});

describe('the results on disk', () => {
  test('belong to a cell as long as its text is the same, in a later session too', () => {
    openResultRecords(folder).add(record('a'));
    const again = openResultRecords(folder);
    assert.deepEqual(
      again.ofCell('n', 'SELECT 1').map(each => each.handle),
      ['a'],
    );
    assert.deepEqual(again.ofCell('n', 'SELECT 2'), []);
  });

  test('keep to their limits, the oldest going first with their files', () => {
    const records = openResultRecords(folder, { records: 2, bytes: 1e9 });
    records.add(record('a'));
    records.add(record('b'));
    assert.deepEqual(records.add(record('c')), ['a']);
    assert.deepEqual(
      [fileOf('a'), fileOf('b')].map(file => existsSync(file)),
      [false, true],
    );
    const small = openResultRecords(folder, { records: 9, bytes: 5 });
    assert.deepEqual(small.add(record('d')), ['c', 'b']);
  });

  test('lose files that nothing names, once no other window can be writing them', () => {
    writeFileSync(fileOf('young'), 'rows');
    writeFileSync(fileOf('old'), 'rows');
    utimesSync(fileOf('old'), 0, 0);
    openResultRecords(folder);
    assert.deepEqual(
      [fileOf('young'), fileOf('old')].map(file => existsSync(file)),
      [true, false],
    );
  });

  test('hold no secret of the statement, and still belong to its cell', () => {
    const cellText = `CREATE CATALOG c USING x WITH ("connection-password" = 'hunter2')`;
    const output = {
      statement: cellText,
      error: { name: 'E', message: 'hunter2 is refused' },
    } as ResultOutput;
    openResultRecords(folder).add({ ...record('a'), cellText, output });
    assert.doesNotMatch(readFileSync(path.join(folder, 'index.json'), 'utf8'), /hunter2/);
    const [kept] = openResultRecords(folder).ofCell('n', cellText);
    assert.equal(kept?.handle, 'a');
  });

  test('know of the rows that were fetched later', () => {
    const records = openResultRecords(folder);
    records.add(record('a'));
    const saved = { path: fileOf('a'), columns: [], places: [PLACE], isCut: true };
    const progress = { state: 'WAITING' } as Progress;
    records.update('a', { progress, saved });
    const [kept] = openResultRecords(folder).ofNotebook('n');
    assert.deepEqual(kept?.saved, saved);
    assert.deepEqual(kept.output, { statement: 'SELECT 1', progress });
  });

  test('start anew behind an index that was cut', () => {
    writeFileSync(path.join(folder, 'index.json'), '[{"handle":');
    assert.deepEqual(openResultRecords(folder).ofNotebook('n'), []);
  });
});

const PLACE = { offset: 0, byteLength: 8, firstRow: 0, rows: 2 };

function fileOf(handle: string): string {
  return path.join(folder, `${handle}.arrow`);
}

function record(handle: string): ResultRecord {
  writeFileSync(fileOf(handle), 'rows');
  return {
    handle,
    notebook: 'n',
    cellText: 'SELECT 1',
    position: 0,
    output: { statement: 'SELECT 1' } as ResultOutput,
    saved: { path: fileOf(handle), columns: [], places: [], isCut: false },
    at: 1,
  };
}
