import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseStatement } from '../../../server/sql/parser.ts';
import { formatScript, formatText } from '../../../server/sql/printer.ts';
import { nonTriviaTokens } from '../../bench/sql/tokens.ts';
import { acceptedCases, rejectedCases } from './cases.ts';

describe('statements of every kind', () => {
  for (const { sql } of acceptedCases()) {
    test(`accepts and formats ${sql.slice(0, 70)}`, () => {
      const { problems, tokens } = parseStatement(sql);
      assert.deepEqual([...tokens.problems, ...problems], []);
      const once = formatText(sql);
      assert.equal(nonTriviaTokens(once), nonTriviaTokens(sql));
      assert.equal(formatText(once), once);
      assert.deepEqual(formatScript(sql).refused, []);
    });
  }

  for (const sql of rejectedCases()) {
    test(`finds the error in ${sql}, and leaves it as it is`, () => {
      const { problems, tokens } = parseStatement(sql);
      assert.ok(problems.length + tokens.problems.length > 0);
      assert.equal(formatText(sql), sql);
    });
  }
});
