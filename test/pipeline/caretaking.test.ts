import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caretaking } from '../../pipeline/caretaking.ts';
import { deadLetterKey } from '../../pipeline/dead-letters.ts';
import { createTableMetadata } from '../../pipeline/iceberg/new-table.ts';
import { offsetsProperty, printOffsets } from '../../pipeline/iceberg/offsets.ts';
import { processName } from '../../pipeline/process-name.ts';

const TABLE = ['demo', 'trips'];
const ROUTED = ['demo', 'trips_north'];

function writtenBy(writer: string): ReturnType<typeof createTableMetadata> {
  const offsets = printOffsets({
    ...{ cluster: 'c', next: new Map(), starts: new Map(), times: new Map(), seq: 1, commitId: 'u', writer },
  });
  const made = createTableMetadata({
    ...{ key: ROUTED, fields: [], partitioning: [], sortBy: [], warehouse: 's3://w', now: 0 },
  });
  return { ...made, properties: { [offsetsProperty('trips')]: offsets } };
}

test('a process that has its pipeline for itself looks after all tables', () => {
  assert.equal(caretaking({ members: 'single', name: 'trips', table: TABLE }, { isSelf: false }), undefined);
});

test("of members the one with the first partition looks after the pipeline's table and its dead letters", () => {
  const caretaker = { isSelf: false };
  const mayMaintain = caretaking({ members: 'shared', name: 'trips', table: TABLE }, caretaker);
  const own = writtenBy(processName());
  assert.deepEqual(
    [TABLE, deadLetterKey(TABLE)].map(key => mayMaintain?.(key, own)),
    [false, false],
  );
  caretaker.isSelf = true;
  assert.deepEqual(
    [TABLE, deadLetterKey(TABLE)].map(key => mayMaintain?.(key, writtenBy('other/1'))),
    [true, true],
  );
});

test('a table that rows are routed to is looked after by the member that wrote to it last', () => {
  const mayMaintain = caretaking({ members: 'shared', name: 'trips', table: TABLE }, { isSelf: true });
  assert.equal(mayMaintain?.(ROUTED, writtenBy(processName())), true);
  assert.equal(mayMaintain?.(ROUTED, writtenBy('other/1')), false);
});
