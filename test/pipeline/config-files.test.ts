import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';

function parse(settings: string): PipelineConfig {
  const text = `name: p\nsource: { topic: t }\ntable: a.b\nschema: { id: long, "the fare": double, tags: [string] }\n${settings}`;
  return parsePipelineConfig(text, 'p.pipeline.yaml');
}

describe('files', () => {
  test('have a target size, an order and a limit of open partitions', () => {
    const { files } = parse(
      'files: { targetSize: 256MB, openPartitions: 8, sortBy: [id, "\\"the fare\\" desc nulls first"] }',
    );
    assert.deepEqual(files, {
      targetBytes: 256 * 1024 * 1024,
      openPartitions: 8,
      sortBy: [
        { column: 'id', direction: 'asc', nullOrder: 'nulls-first' },
        { column: 'the fare', direction: 'desc', nullOrder: 'nulls-first' },
      ],
    });
  });

  test('are as large as Iceberg makes them by default, in no order', () => {
    assert.deepEqual(parse('').files, { targetBytes: 128 * 1024 * 1024, sortBy: [], openPartitions: 64 });
  });

  test('cannot be sorted by what is not there or nested, nor be tiny', () => {
    assert.throws(
      () => parse('files: { targetSize: 10KB, openPartitions: 5000, sortBy: [nope, tags, "id down"] }'),
      (error: unknown) =>
        error instanceof ConfigError &&
        ['at least 1MB', 'at most 1000', '"nope"', 'nested column "tags"', 'A sort term must be'].every(
          part => error.message.includes(part),
        ),
    );
  });
});

describe('maintenance', () => {
  test('goes on by default and each part of it can be changed or switched off', () => {
    const minutes = 60_000;
    assert.deepEqual(parse('').maintenance, {
      compactEveryMs: 10 * minutes,
      expireAfterMs: 7 * 24 * 60 * minutes,
      retainLast: 100,
    });
    assert.deepEqual(parse('maintenance: { compact: 1h, expire: off, retain: 5 }').maintenance, {
      compactEveryMs: 60 * minutes,
      expireAfterMs: undefined,
      retainLast: 5,
    });
    assert.deepEqual(parse('maintenance: off').maintenance.compactEveryMs, undefined);
  });
});
