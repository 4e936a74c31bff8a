import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatusLine } from '../../bin/status-line.ts';

function record(isTTY: boolean): {
  readonly lines: string[];
  readonly clock: { now: number };
  readonly line: ReturnType<typeof createStatusLine>;
} {
  const lines: string[] = [];
  const clock = { now: 0 };
  const output = { isTTY, columns: 20, write: (text: string) => lines.push(text) };
  return { lines, clock, line: createStatusLine(output, () => clock.now) };
}

test('a terminal sees one line that is replaced, cut to its width', () => {
  const { lines, clock, line } = record(true);
  line.show('a');
  line.show('too early');
  clock.now = 1000;
  line.show('x'.repeat(40));
  line.note('kept');
  line.clear();
  assert.deepEqual(lines, ['\r\u001b[Ka', `\r\u001b[K${'x'.repeat(19)}`, '\r\u001b[K', 'kept\n']);
});

test('a log file sees a plain line every few seconds', () => {
  const { lines, clock, line } = record(false);
  line.show('a');
  clock.now = 4000;
  line.show('b');
  clock.now = 6000;
  line.show('c');
  line.note('kept');
  assert.deepEqual(lines, ['a\n', 'c\n', 'kept\n']);
});
