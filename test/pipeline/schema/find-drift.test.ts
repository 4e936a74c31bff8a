import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { parseRecord, type RecordObject } from '../../../pipeline/decode/parse-record.ts';
import { findUnknownMember } from '../../../pipeline/decode/unknown-members.ts';
import { driftToText } from '../../../pipeline/schema/drift.ts';
import { createDriftCollector, refusalId } from '../../../pipeline/schema/find-drift.ts';

const SCHEMA = `
  id: int
  code: string required
  price: decimal(9,2)
  ratio: float
  place: { city: string, geo: { lat: double } }
  items: [{ n: int }]
  counts: { map: { key: int, value: { n: int } } }
`;
const specs = toColumnSpecs(
  parsePipelineConfig(`name: a\nsource: { topic: t }\ntable: n.t\nschema:${SCHEMA}`, 'f').schema ?? [],
);

function collect(
  records: readonly string[],
  plan: { readonly full?: string; readonly refused?: ReadonlyMap<string, string> } = {},
): { readonly changes: readonly string[]; readonly reasons: readonly string[] } {
  const collector = createDriftCollector(specs, { full: undefined, refused: new Map(), ...plan });
  const reasons = records.map(record => collector.note(parseRecord(record) as RecordObject));
  return {
    changes: collector.changes().map(driftToText),
    reasons: reasons.filter(reason => reason !== undefined),
  };
}

describe('what records ask a table to become', () => {
  test('is told for new members at every depth, with the type that holds all of their values', () => {
    const { changes, reasons } = collect([
      '{"code":"a","tip":1,"place":{"zip":3000,"geo":{"lon":7}},"items":[{"n":1},{"m":"x"}],"counts":{"1":{"o":true}}}',
      '{"code":"a","tip":1.5,"at":"2024-01-01T00:00:00Z","items":[null,{"tags":["a"]}]}',
      '{"code":"a","tip":null,"later":null,"none":[],"empty":{"x":null}}',
    ]);
    assert.deepEqual(reasons, []);
    assert.deepEqual([...changes].sort(), [
      'add at (timestamptz)',
      'add counts.value.o (boolean)',
      'add items.element.m (string)',
      'add items.element.tags (list<string>)',
      'add place.geo.lon (long)',
      'add place.zip (long)',
      'add tip (double)',
    ]);
  });

  test('is a wider type where the value needs one, the widest of all', () => {
    const { changes, reasons } = collect([
      '{"code":"a","id":2147483648,"price":12345678.90,"ratio":1e300}',
      '{"code":"a","id":1,"price":12345678901234567.89,"items":[{"n":-3000000000}]}',
      '{"id":1,"price":12345678.9}',
      '{"code":null,"counts":{"1":{"n":2147483648}}}',
    ]);
    assert.deepEqual(reasons, []);
    assert.deepEqual([...changes].sort(), [
      'make code optional',
      'widen counts.value.n to long',
      'widen id to long',
      'widen items.element.n to long',
      'widen price to decimal(38, 2)',
      'widen ratio to double',
    ]);
  });

  test('is nothing where no legal change would help, not even the new members beside', () => {
    const { changes, reasons } = collect([
      '{"code":"a","id":"x","tip":1}',
      '{"code":"a","price":0.001}',
      '{"code":"a","id":9223372036854775808}',
      '{"code":"a","place":{"geo":[1]}}',
      '{"code":"a","counts":{"x":{}}}',
      '{"code":"a","items":[{"n":"x"}]}',
      '{"code":"a","ID":1}',
      '{"code":"a","":1}',
      '{"code":"a","new":{"a":1,"A":2}}',
      '{"code":"a","new":[1,{}]}',
      `{"code":"a","deep":${'['.repeat(40)}1${']'.repeat(40)}}`,
    ]);
    assert.deepEqual(changes, ['add new (list<long>)']);
    assert.deepEqual(reasons, [
      '"id" expects int, found "x"',
      '"price" expects decimal(9,2), found 0.001',
      '"id" expects int, found 9223372036854775808',
      'in place: "geo" expects struct, found an array',
      'in counts: "key" expects int, found "x"',
      'in items.element: "n" expects int, found "x"',
      'has a field that no column takes (ID): it differs from "id" only in upper and lower case',
      'has a field that no column takes (""): it has no name',
      'has a field that no column takes (new): inside it, "A": it differs from "a" only in upper and lower case',
      'has a field that no column takes (deep): it is nested deeper than 30 levels',
    ]);
  });

  test('is nothing that was refused before, and no new column where the table is full', () => {
    const refused = new Map([[refusalId('widen', ['id']), 'int cannot become long']]);
    const { changes, reasons } = collect(
      ['{"code":"a","id":3000000000}', '{"code":"a","tip":1}', '{"code":"a","ratio":1e300}'],
      { full: 'the table may have 7 columns', refused },
    );
    assert.deepEqual(changes, ['widen ratio to double']);
    assert.deepEqual(reasons, [
      'needs another type of column (id): int cannot become long',
      'has a field that no column takes (tip): the table may have 7 columns',
    ]);
  });
});

test('members that no column takes are found at every depth, empty ones only when they are asked for', () => {
  const find = (text: string, filledOnly: boolean): string | undefined =>
    findUnknownMember(specs, parseRecord(text) as RecordObject, filledOnly)?.join('.');
  assert.equal(find('{"id":1,"place":{"city":"x","geo":null},"counts":{"1":{"n":1}}}', false), undefined);
  assert.equal(find('{"place":{"geo":{"lat":1,"lon":2}}}', true), 'place.geo.lon');
  assert.equal(find('{"items":[{"n":1},{"m":1}]}', true), 'items.element.m');
  assert.equal(find('{"counts":{"1":{"m":1}}}', true), 'counts.value.m');
  assert.equal(find('{"x":[{"y":null}]}', false), 'x');
  assert.equal(find('{"x":[{"y":null}],"__proto__":null}', true), undefined);
});
