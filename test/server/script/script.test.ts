import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readScript, type Script, statementAt } from '../../../server/script/script.ts';

describe('reading a script again after an edit', () => {
  test('gives what reading it anew gives, whatever was edited', () => {
    const part = fc.constantFrom(
      ...[
        'SELECT 1',
        ';',
        "'",
        '"',
        '--',
        '\n',
        '/*',
        '*/',
        ' ',
        'BEGIN',
        'END',
        'a',
        '\r\n',
        'FROM t',
        '😀',
      ],
      ...['CREATE FUNCTION f() RETURNS int', 'RETURN 1', '$$', ';;', "'x;y'"],
    );
    const text = fc.array(part, { maxLength: 14 }).map(parts => parts.join(' '));
    const edit = fc.tuple(fc.nat(200), fc.nat(40), text);
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 4 }), (start, edits) => {
        let script = readScript(start);
        for (const [at, length, inserted] of edits) {
          const from = Math.min(at, script.text.length);
          const changed = script.text.slice(0, from) + inserted + script.text.slice(from + length);
          script = readScript(changed, script);
          assert.deepEqual(shape(script), shape(readScript(changed)));
        }
      }),
      { numRuns: Number(process.env['LSP_FUZZ_RUNS'] ?? 300) },
    );
  });

  test('keeps the trees of statements that did not change', () => {
    const before = readScript('SELECT 1;\nSELECT 2;\nSELECT 3;\nSELECT 4;\nSELECT 5;');
    const after = readScript('SELECT 1;\nSELECT 2;\nSELECT 33;\nSELECT 4;\nSELECT 5;', before);
    const kept = after.statements.map(({ parsed }, i) => parsed === before.statements[i]?.parsed);
    assert.deepEqual(kept, [true, true, false, true, true]);
  });

  test('a caret behind a semicolon stands in no statement, one behind an open statement in it', () => {
    const script = readScript('SELECT 1; \nSELECT 2 ');
    assert.equal(statementAt(script, 10), undefined);
    assert.equal(statementAt(script, 20)?.parsed.text, 'SELECT 2');
  });
});

function shape({ statements }: Script): unknown {
  return statements.map(({ piece, parsed }) => ({ ...piece, text: parsed.text }));
}
