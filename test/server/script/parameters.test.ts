import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findParameters } from '../../../client/notebook/parameters.ts';
import { maskParameters } from '../../../server/script/parameters.ts';

describe('parameters of notebook cells', () => {
  const TEXTS = [
    'SELECT :a, f(:b) FROM t WHERE x=:c AND y > :dd',
    "SELECT JSON_OBJECT('k':v), ':no' -- :neither",
    'SELECT row::method(1), "a":b, x [:i]',
    ':first\r\nSELECT 1',
  ];
  for (const text of TEXTS) {
    test(`become placeholders where the notebook puts values in: ${JSON.stringify(text)}`, () => {
      let expected = text;
      for (const { start, end } of findParameters(text)) {
        expected = `${expected.slice(0, start)}?${' '.repeat(end - start - 1)}${expected.slice(end)}`;
      }
      assert.equal(maskParameters(text), expected);
      assert.equal(maskParameters(text).length, text.length);
    });
  }
});
