import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeText, encodeText } from '../../../client/notebook/text-bytes.ts';

const RUNS = Number(process.env['LAKEHOUSE_FUZZ_RUNS'] ?? 500);

describe('the bytes of a SQL file', () => {
  test('come back as they were for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64, size: 'max' }), bytes => {
        assert.deepEqual(encodeText(decodeText(bytes)), bytes);
      }),
      { numRuns: RUNS },
    );
  });

  test('come back as they were behind every byte order mark', () => {
    for (const bom of [[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff], []]) {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 20 }), text => {
          const bytes = Uint8Array.of(...bom, ...Buffer.from(text, bom.length === 2 ? 'utf16le' : 'utf8'));
          assert.deepEqual(encodeText(decodeText(bytes)), bytes);
        }),
        { numRuns: RUNS / 5 },
      );
    }
  });

  test('decode to the text an editor shows', () => {
    assert.deepEqual(decodeText(Buffer.from('\ufeffselect 1', 'utf8')), {
      text: 'select 1',
      encoding: 'utf-8-bom',
    });
    assert.deepEqual(decodeText(Buffer.from('\ufeffselect 😀', 'utf16le')), {
      text: 'select 😀',
      encoding: 'utf-16le',
    });
  });

  test('of an old code page survive an edit of the text around them', () => {
    const { text, encoding } = decodeText(Buffer.from("select 'caf\xe9'", 'latin1'));
    const edited = encodeText({ text: text.replace('select', 'SELECT'), encoding });
    assert.equal(Buffer.from(edited).toString('latin1'), "SELECT 'caf\xe9'");
  });

  test('that already spell a character of the escape range are kept too', () => {
    const bytes = Buffer.from('x\u{10F8E9}y', 'utf8');
    assert.deepEqual(Buffer.from(encodeText(decodeText(bytes))), bytes);
  });
});
