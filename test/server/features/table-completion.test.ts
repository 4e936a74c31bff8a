import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completeTableNames } from '../../../server/features/table-completion.ts';
import type { CatalogNames } from '../../../server/protocol.ts';

const NAMES: CatalogNames = {
  catalog: { name: 'iceberg' },
  reference: 'main',
  schemas: [
    { name: 'nyc', tables: [{ name: 'taxi' }, { name: 'Zonen 🚕', sql: '"Zonen 🚕"' }] },
    { name: 'a.b', sql: '"a.b"', tables: [{ name: 'x"y', sql: '"x""y"' }] },
  ],
};

describe('completion of table names', () => {
  test('without a qualifier offers the catalog, every schema and every table with its schema', () => {
    check('select * from |', ['iceberg', 'nyc', 'nyc.taxi', 'nyc."Zonen 🚕"', '"a.b"', '"a.b"."x""y"']);
    check('select * from ny|', ['iceberg', 'nyc', 'nyc.taxi', 'nyc."Zonen 🚕"', '"a.b"', '"a.b"."x""y"']);
  });

  test('after a catalog offers its schemas', () => {
    check('select * from iceberg.|', ['nyc', '"a.b"']);
    check('select * from ICEBERG . |', ['nyc', '"a.b"']);
  });

  test('after a schema offers its tables, with or without the catalog, whatever the case', () => {
    check('select * from nyc.|', ['taxi', '"Zonen 🚕"']);
    check('select * from iceberg.NYC.ta|', ['taxi', '"Zonen 🚕"']);
    check('select * from "nyc".|', ['taxi', '"Zonen 🚕"']);
  });

  test('understands quoted names with dots and quotes, finished or not', () => {
    check('select * from "a.b".|', ['"x""y"']);
    check('select * from iceberg."a.b"."x|', ['"x""y"']);
  });

  test('offers nothing under a name it does not know', () => {
    check('select * from other.|', []);
    check('select t.|', []);
  });

  test('offers nothing while no catalog is known', () => {
    assert.deepEqual(completeTableNames(undefined, 'select ', 7), []);
  });

  test('looks only at the text in front of the cursor and copes with CRLF', () => {
    check('select 1;\r\nselect *\r\nfrom nyc.|\r\nwhere x = 1', ['taxi', '"Zonen 🚕"']);
  });
});

/** `|` marks the cursor; what is compared is the inserted text. */
function check(marked: string, expected: readonly string[]): void {
  const offset = marked.indexOf('|');
  const proposals = completeTableNames(NAMES, marked.replace('|', ''), offset);
  assert.deepEqual(
    proposals.map(proposal => proposal.insertText),
    expected,
  );
}
