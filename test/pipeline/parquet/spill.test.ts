import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { appendValue } from '../../../pipeline/decode/append-value.ts';
import { createColumn } from '../../../pipeline/decode/column.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { openSpill } from '../../../pipeline/parquet/spill.ts';

const DAY_SECONDS = 86_400;

/** What a process has left on disk; the folder was last written so many days ago. */
function leftBy(pid: number, daysAgo: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), `lakehouse-rows-${pid}-1-`));
  writeFileSync(path.join(folder, '0'), 'rows');
  const at = Date.now() / 1000 - daysAgo * DAY_SECONDS;
  utimesSync(folder, at, at);
  return folder;
}

test('rows that a process which was killed left on disk are deleted by the next that needs the disk; those of living ones stay', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  const [forgotten, young, living] = [leftBy(dead, 2), leftBy(dead, 0), leftBy(process.pid, 2)];
  const spill = openSpill();
  try {
    const [spec] = toColumnSpecs([{ id: 1, name: 'id', required: true, type: { kind: 'long' } }]);
    assert.ok(spec);
    const column = createColumn(spec, 8);
    appendValue(column, 0, 7);
    await spill.add('a', [column], 1);
    assert.deepEqual([forgotten, young, living].map(existsSync), [false, true, true]);
    for await (const { rows, columns } of spill.take('a'))
      assert.deepEqual([rows, columns[0]?.i64[0]], [1, 7n]);
  } finally {
    await spill.clear();
    for (const folder of [forgotten, young, living]) rmSync(folder, { recursive: true, force: true });
  }
});
