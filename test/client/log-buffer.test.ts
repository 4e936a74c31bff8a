import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLogBuffer } from '../../client/log-buffer.ts';

describe('a log buffer', () => {
  test('keeps the last lines and says how many are gone', () => {
    const buffer = createLogBuffer(8);
    for (let line = 1; line <= 11; line++) buffer.append(`line ${line}`);
    assert.match(buffer.text(), /^… 3 earlier lines are not shown\nline 4\n[^]*line 11\n$/);
  });

  test('splits what comes with line breaks', () => {
    const buffer = createLogBuffer(8);
    buffer.append('a\r\nb\nc');
    assert.equal(buffer.text(), 'a\nb\nc\n');
  });
});
