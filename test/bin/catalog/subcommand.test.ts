import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bytesToText,
  keyToText,
  parseKeyText,
  printColumns,
  printJson,
  readLimit,
} from '../../../bin/catalog/subcommand.ts';
import { UsageError } from '../../../bin/command.ts';

describe('names and figures on the command line', () => {
  test('a name with dots, quotes and spaces is written so that it can be read back', () => {
    assert.equal(keyToText(['a', 'b.c', 'd "e"']), 'a."b.c"."d ""e"""');
    assert.deepEqual(parseKeyText('a."b.c"."d ""e"""'), ['a', 'b.c', 'd "e"']);
    assert.deepEqual(parseKeyText('plain'), ['plain']);
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), key => {
        assert.deepEqual(parseKeyText(keyToText(key)), key);
      }),
    );
  });

  test('a name that ends in the middle is refused', () => {
    for (const text of ['a."b', 'a..b', '', 'a.', 'a"b'])
      assert.throws(() => parseKeyText(text), UsageError, text);
  });

  test('JSON keeps every digit, maps as objects, and leaves out what is absent', () => {
    assert.equal(
      printJson({ a: 9007199254740993n, m: new Map([[1, 2n]]), u: undefined, l: [null, true] }),
      '{"a":9007199254740993,"m":{"1":2},"l":[null,true]}\n',
    );
  });

  test('columns are aligned and figures short', () => {
    assert.equal(
      printColumns([
        ['a', 'bb', 'c'],
        ['aaa', '', 'd'],
      ]),
      'a    bb  c\naaa      d\n',
    );
    assert.deepEqual([0n, 999n, 1500n, 31_000_000n, undefined].map(bytesToText), [
      '0 B',
      '999 B',
      '1.5 kB',
      '31.0 MB',
      '?',
    ]);
    assert.equal(readLimit({ limit: '7' }, 20), 7);
    assert.equal(readLimit({}, 20), 20);
    for (const limit of ['0', '-1', 'x', '1.5']) assert.throws(() => readLimit({ limit }, 20), UsageError);
  });
});
