import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSession } from '../../../catalog/trino/session.ts';
import {
  cellConnection,
  copySession,
  sessionAfterCell,
  sessionForCell,
} from '../../../client/notebook/cell-session.ts';
import { readDirectives } from '../../../client/notebook/directives.ts';

describe('the session of a cell', () => {
  test('has what its directives ask for and leaves none of it behind', () => {
    const notebook = createSession({ catalog: 'iceberg', properties: { a: '1' } });
    const connection = cellConnection(
      readDirectives(''),
      readDirectives('-- @schema sales\n-- @session a=2\n-- @session b=3'),
    );
    const started = sessionForCell(notebook, connection);
    assert.deepEqual(
      [started.schema, [...started.properties]],
      [
        'sales',
        [
          ['a', '2'],
          ['b', '3'],
        ],
      ],
    );
    const after = sessionAfterCell(notebook, started, copySession(started));
    assert.deepEqual(after, notebook);
  });

  test('keeps what its statements set', () => {
    const notebook = createSession({ catalog: 'iceberg' });
    const started = sessionForCell(notebook, { session: { a: '2' } });
    const ended = copySession(started);
    ended.schema = 'tiny';
    ended.catalog = 'tpch';
    ended.properties.set('c', '4');
    const after = sessionAfterCell(notebook, started, ended);
    assert.deepEqual([after.catalog, after.schema, [...after.properties]], ['tpch', 'tiny', [['c', '4']]]);
  });

  test('takes the first cell for the notebook, and its own reference before that', () => {
    const first = readDirectives('-- @branch dev\n-- @catalog other\n-- @schema s');
    assert.deepEqual(cellConnection(first, readDirectives('select 1')), {
      reference: { kind: 'branch', name: 'dev' },
      catalog: 'other',
      schema: 's',
      session: {},
    });
    assert.deepEqual(cellConnection(first, readDirectives('-- @tag v1')), {
      reference: { kind: 'tag', name: 'v1' },
      schema: 's',
      session: {},
    });
  });
});
