import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parseStatement, splitScript } from '../../../server/sql/index.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/sql/accepted');

/** The statements of a fixture; a comment line that is one word names the kind of the statements below it. */
function readFixture(file: string): { kind: string; sql: string }[] {
  const text = readFileSync(path.join(FOLDER, file), 'utf8');
  let kind = '';
  return splitScript(text).flatMap(piece => {
    const before = text.slice(piece.fullStart, piece.start);
    kind = /^-- (\w+)$/m.exec(before)?.[1] ?? kind;
    return piece.start === piece.end ? [] : [{ kind, sql: text.slice(piece.start, piece.end) }];
  });
}

describe('the parser accepts', () => {
  const kinds = new Set<string>();
  for (const file of readdirSync(FOLDER)) {
    test(`every statement of ${file} as what it is`, () => {
      for (const { kind, sql } of readFixture(file)) {
        const { statement, problems, tokens } = parseStatement(sql);
        assert.deepEqual([...problems, ...tokens.problems], [], sql);
        assert.equal(statement.kind, kind, sql);
        kinds.add(kind);
      }
    });
  }

  test('every kind of statement, which the fixtures cover', () => {
    assert.equal(kinds.size, KINDS);
  });
});

/** Queries, 20 of definition, 7 of data, 7 of security, 22 of the session, and functions. */
const KINDS = 59;
