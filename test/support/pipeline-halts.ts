import assert from 'node:assert/strict';
import { type HaltCode, PipelineHalt } from '../../pipeline/errors.ts';
import type { Playground } from './pipeline-playground.ts';

/** Columns of the records that {@link numberedRows} makes. */
export const NUMBERED_SCHEMA = 'id: long\ns: string';

/** Records with the ids from `from` up to, but not with, `to`. */
export function numberedRows(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `{"id":${from + i},"s":"r${from + i}"}`);
}

/** The ids that a table holds, each as often as it is there. */
export async function idsIn(ground: Playground): Promise<number[]> {
  return (await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`)).map(row => Number(row[0]));
}

/** The run ends with this halt, and its message says this. */
export async function assertHalts(run: Promise<unknown>, code: HaltCode, message: RegExp): Promise<void> {
  await assert.rejects(run, (error: unknown) => {
    assert.ok(error instanceof PipelineHalt, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}
