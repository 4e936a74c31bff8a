import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectStore } from '../../../catalog/storage.ts';
import { createBatchEncoder, type EncodedFile } from '../../../pipeline/batch-encoder.ts';
import { DEAD_LETTER_FIELDS } from '../../../pipeline/dead-letters.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import type { DeadLetterFile, DeadLetterFiles } from '../../../pipeline/redrive/dead-letter-files.ts';
import { createErrorCounter, mergeErrorCounts } from '../../../pipeline/redrive/error-counts.ts';
import { type Letter, type LetterRows, readLetters } from '../../../pipeline/redrive/letter-rows.ts';
import { rewriteLetters } from '../../../pipeline/redrive/rewrite-letters.ts';
import { batchOf } from '../../support/record-batch.ts';

const specs = toColumnSpecs(DEAD_LETTER_FIELDS);
const REWRITING = { table: ['t__dead_letters'], specs, partition: [] };
/** More than one row group. */
const LETTERS = 10_500;

/** The file of dead letters that a pipeline makes of values that are all no rows. */
async function lettersOf(values: readonly (string | Uint8Array | null)[]): Promise<EncodedFile> {
  const encoder = createBatchEncoder({
    pipeline: 'p',
    table: ['t'],
    deadLetters: ['t__dead_letters'],
    columns: toColumnSpecs([{ id: 1, name: 'id', required: true, type: { kind: 'long' } }]),
    partitionFields: [],
    targetFileBytes: 1e9,
    onError: 'deadLetter',
  });
  await encoder.add(batchOf(values, 40n));
  const [file] = await encoder.flush();
  assert.ok(file);
  return file;
}

type ReadRange = ObjectStore['getRange'];

function rowsOf(
  file: Pick<EncodedFile, 'bytes'>,
  deleted: readonly number[] = [],
  getRange: ReadRange = (_uri, { start, length }) =>
    Promise.resolve(file.bytes.subarray(start, start + length)),
): AsyncGenerator<LetterRows> {
  const store: Pick<ObjectStore, 'getRange'> = { getRange };
  const files: DeadLetterFiles = {
    files: [],
    knownDeletes: new Set(),
    deletedRows: () => new Set(deleted),
  };
  const fileSizeInBytes = BigInt(file.bytes.length);
  const dataFile = { filePath: 'f', fileSizeInBytes } as DeadLetterFile['dataFile'];
  return readLetters(store as ObjectStore, {
    file: { dataFile, specId: 0, sequenceNumber: 1n, snapshotId: 1n },
    files,
    specs,
  });
}

async function read(file: EncodedFile, deleted: readonly number[] = []): Promise<Letter[]> {
  const letters: Letter[] = [];
  for await (const group of rowsOf(file, deleted)) letters.push(...group.rows.map(row => group.letter(row)));
  return letters;
}

describe('dead letters', () => {
  test('are read back as the records that they were, without those that were deleted one by one', async () => {
    const file = await lettersOf(['{"id":"ä"}', null, '', new Uint8Array([0xff, 0])]);
    const letters = await read(file, [2]);
    assert.deepEqual(
      letters.map(({ topic, partition, offset, timestamp, pipeline }) => [
        topic,
        partition,
        offset,
        timestamp,
        pipeline,
      ]),
      [40n, 41n, 43n].map(offset => ['t', 0, offset, 1_700_000_000_000, 'p']),
    );
    assert.deepEqual(
      letters.map(({ key, value }) => [key && Buffer.from(key).toString(), value && [...value]]),
      [
        [null, [...Buffer.from('{"id":"ä"}')]],
        ['k1', null],
        [null, [0xff, 0]],
      ],
    );
    assert.deepEqual(
      letters.map(({ error }) => error.slice(0, 12)),
      ['"id" expects', 'a tombstone:', 'no JSON: The'],
    );
  });

  test('that stay go into one file, with a new error or as they are, and with the counts of its manifest entry', async () => {
    const file = await lettersOf(['a', 'b', 'c', 'd']);
    const rest = await rewriteLetters(REWRITING, rowsOf(file, [3]), (rows, row) => {
      const { offset } = rows.letter(row);
      if (offset === 40n) return { kind: 'out' };
      return offset === 41n ? { kind: 'stays', error: 'still bad' } : { kind: 'stays' };
    });
    assert.ok(rest);
    assert.equal(rest.recordCount, 2n);
    assert.equal(rest.metrics.valueCounts?.get(3), 2n);
    const letters = await read(rest);
    assert.deepEqual(
      letters.map(({ offset, error, value }) => [offset, error.slice(0, 9), Buffer.from(value!).toString()]), // No tombstone.
      [
        [41n, 'still bad', 'b'],
        [42n, 'no JSON: ', 'c'],
      ],
    );
  });

  test('are read piece by piece; a piece that cannot be had, or a file that is none, is an error', async () => {
    const file = await lettersOf(Array.from({ length: LETTERS }, (_, i) => `x${i}`));
    let largest = 0;
    let pieces = 0;
    const counting: ReadRange = (_uri, { start, length }) => {
      largest = Math.max(largest, length);
      pieces += 1;
      return Promise.resolve(file.bytes.subarray(start, start + length));
    };
    let rows = 0;
    for await (const group of rowsOf(file, [], counting)) rows += group.rows.length;
    assert.equal(rows, LETTERS);
    assert.ok(pieces > 3 && largest < file.bytes.length, `${pieces} pieces, at most ${largest} bytes`);
    const away: ReadRange = (_uri, range) =>
      range.start === 4 ? Promise.reject(new Error('away')) : counting('', range);
    await assert.rejects(rowsOf(file, [], away).next(), /^Error: away$/);
    await assert.rejects(rowsOf({ bytes: new Uint8Array(100) }).next());
  });

  test('of which none stays leave no file', async () => {
    const file = await lettersOf(['a', 'b']);
    assert.equal(await rewriteLetters(REWRITING, rowsOf(file), () => ({ kind: 'out' })), undefined);
  });
});

test('errors are counted by kind, the most frequent first, with the first of each as the example', () => {
  const counter = createErrorCounter();
  const letter = (offset: bigint, error: string) => ({ topic: 't', partition: 0, offset, error });
  counter.add(letter(1n, 'no JSON: x'));
  counter.add(letter(2n, '"a" expects long, found 1.5'));
  counter.add(letter(3n, '"a" expects long, found "b"'));
  const counts = counter.counts();
  assert.deepEqual(
    counts.map(({ error, letters, example }) => [error, letters, example.offset]),
    [
      ['"a" expects long', 2, 2n],
      ['no JSON', 1, 1n],
    ],
  );
  const more = [{ error: 'no JSON', letters: 2, example: letter(9n, 'no JSON: y') }];
  assert.deepEqual(
    mergeErrorCounts(counts, more).map(({ error, letters, example }) => [error, letters, example.offset]),
    [
      ['no JSON', 3, 1n],
      ['"a" expects long', 2, 2n],
    ],
  );
});
