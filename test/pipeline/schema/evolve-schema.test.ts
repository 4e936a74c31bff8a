import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  parseTableMetadata,
  printTableMetadata,
  type TableMetadata,
} from '../../../catalog/iceberg/metadata.ts';
import { currentSchema } from '../../../catalog/iceberg/metadata.ts';
import { type LocatedField, indexFields } from '../../../catalog/iceberg/schema.ts';
import { diffSchemas } from '../../../catalog/iceberg/table-diff.ts';
import { isPrimitive, isPromotion, typeToText } from '../../../catalog/iceberg/types.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';
import type { DriftChange } from '../../../pipeline/schema/drift.ts';
import { evolveSchema } from '../../../pipeline/schema/evolve-schema.ts';

const SCHEMA = `
  id: int required
  price: decimal(9,2)
  single: float
  place: { city: string, geo: { lat: float } }
  items: [{ n: int }]
  counts: { map: { key: int, value: int } }
`;

function tableWith(schema: string): TableMetadata {
  const yaml = `name: a\nsource: { topic: t }\ntable: n.t\nschema:\n${schema}`;
  const { schema: fields = [] } = parsePipelineConfig(yaml, 'f');
  return createTableMetadata({ key: ['n', 't'], fields, partitioning: [], warehouse: 's3://w', now: 1000 });
}

const evolve = (base: TableMetadata, changes: readonly DriftChange[], maxColumns = 100) =>
  evolveSchema(base, changes, { maxColumns, now: 2000 });

const LONG = { kind: 'long' } as const;

describe('a table that takes what records ask for', () => {
  test('has new fields at the end of their struct, with ids that were never used', () => {
    const base = tableWith(SCHEMA);
    const { metadata, made, refused } = evolve(base, [
      { kind: 'add', path: ['tip'], type: { kind: 'double' } },
      { kind: 'add', path: ['place', 'geo', 'lon'], type: { kind: 'double' } },
      {
        kind: 'add',
        path: ['items', 'element', 'm'],
        type: { kind: 'list', elementId: 0, elementRequired: false, element: LONG },
      },
    ]);
    assert.ok(metadata);
    assert.deepEqual([made.length, refused], [3, []]);
    assert.equal(metadata.currentSchemaId, 1);
    assert.equal(metadata.lastColumnId, base.lastColumnId + 4);
    assert.deepEqual(
      diffSchemas(currentSchema(base), currentSchema(metadata))
        .map(({ kind, path }) => `${kind} ${path}`)
        .sort(),
      ['added items.element.m', 'added items.element.m.element', 'added place.geo.lon', 'added tip'],
    );
    assert.equal(currentSchema(metadata).fields.at(-1)?.name, 'tip');
    assert.deepEqual(parseTableMetadata(printTableMetadata(metadata)), metadata);
  });

  test('widens as the specification allows, and no further', () => {
    const { metadata, refused } = evolve(tableWith(SCHEMA), [
      { kind: 'widen', path: ['id'], type: LONG },
      { kind: 'widen', path: ['price'], type: { kind: 'decimal', precision: 18, scale: 2 } },
      { kind: 'widen', path: ['place', 'geo', 'lat'], type: { kind: 'double' } },
      { kind: 'widen', path: ['items', 'element', 'n'], type: LONG },
      { kind: 'widen', path: ['counts', 'value'], type: LONG },
      { kind: 'widen', path: ['counts', 'key'], type: LONG },
      { kind: 'widen', path: ['single'], type: LONG },
      { kind: 'widen', path: ['place', 'city'], type: LONG },
      { kind: 'optional', path: ['id'] },
    ]);
    assert.ok(metadata);
    const types = new Map(
      [...indexFields(currentSchema(metadata).fields).values()].map(({ field, path }) => [
        path,
        `${typeToText(field.type)}${field.required ? ' required' : ''}`,
      ]),
    );
    assert.equal(types.get('id'), 'long');
    assert.equal(types.get('price'), 'decimal(18, 2)');
    assert.equal(types.get('counts'), 'map<int, long>');
    assert.equal(types.get('items.element.n'), 'long');
    assert.deepEqual(
      refused.map(({ change, reason }) => `${change.path.join('.')}: ${reason}`),
      [
        'counts.key: the table has no place counts.key that could be changed',
        'single: float cannot become long',
        'place.city: string cannot become long',
      ],
    );
  });

  test('stays as it is where somebody else was faster', () => {
    const { metadata } = evolve(tableWith(SCHEMA), [{ kind: 'widen', path: ['id'], type: LONG }]);
    assert.ok(metadata);
    const again = evolve(metadata, [
      { kind: 'widen', path: ['id'], type: LONG },
      { kind: 'add', path: ['place', 'city'], type: LONG },
    ]);
    assert.deepEqual(again, { metadata: undefined, made: [], refused: [] });
  });

  test('refuses what readers could not tell apart, what names a row, and more than it may have', () => {
    const base = tableWith('  id: int required\n  at: date');
    const named = { ...base, schemas: base.schemas.map(schema => ({ ...schema, identifierFieldIds: [1] })) };
    const { metadata, refused } = evolve(
      named,
      [
        { kind: 'add', path: ['AT'], type: LONG },
        { kind: 'add', path: [''], type: LONG },
        { kind: 'optional', path: ['id'] },
        { kind: 'add', path: ['x'], type: LONG },
        { kind: 'add', path: ['y'], type: LONG },
        { kind: 'add', path: ['gone', 'z'], type: LONG },
      ],
      3,
    );
    assert.equal(metadata?.lastColumnId, 3);
    assert.deepEqual(
      refused.map(({ reason }) => reason),
      [
        'it differs from "at" only in upper and lower case',
        'it has no name',
        'id is part of what identifies a row',
        'the table may have 3 columns (drift.maxColumns)',
        'the table has no place gone.z that could be changed',
      ],
    );
  });
});

describe('whatever records ask for, again and again, while columns are dropped', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'A',
    'id',
    'price',
    'place',
    'geo',
    'n',
    'element',
    'value',
    'key',
    'items',
    'counts',
  );
  const primitive = fc.constantFrom(
    LONG,
    { kind: 'int' } as const,
    { kind: 'double' } as const,
    { kind: 'float' } as const,
    { kind: 'decimal', precision: 18, scale: 2 } as const,
  );
  const type = fc.oneof(
    primitive,
    fc.constant({
      kind: 'struct' as const,
      fields: [{ id: 0, name: 'n', required: false, type: { kind: 'int' as const } }],
    }),
  );
  const path = fc.array(name, { minLength: 1, maxLength: 3 });
  const change: fc.Arbitrary<DriftChange> = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), path, type }),
    fc.record({ kind: fc.constant('widen' as const), path, type: primitive }),
    fc.record({ kind: fc.constant('optional' as const), path }),
  );
  const step = fc.oneof(fc.array(change, { maxLength: 8 }), fc.nat(5));

  test('every change is legal, and no id comes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), steps => {
        let table = tableWith(SCHEMA);
        const given = new Map<number, string>(placesOf(table));
        for (const next of steps) {
          if (typeof next === 'number') {
            table = dropColumn(table, next);
            continue;
          }
          const before = table;
          table = evolve(before, next).metadata ?? before;
          assertLegal(before, table);
          for (const [id, place] of placesOf(table)) {
            assert.equal(given.get(id) ?? place, place, `field id ${id}`);
            given.set(id, place);
          }
        }
      }),
      { numRuns: Number(process.env['LAKEHOUSE_FUZZ_RUNS'] ?? 200) },
    );
  });
});

function placesOf(table: TableMetadata): [number, string][] {
  return [...indexFields(currentSchema(table).fields)].map(([id, { path }]) => [id, path]);
}

/** What ALTER TABLE … DROP COLUMN leaves. */
function dropColumn(table: TableMetadata, index: number): TableMetadata {
  const schema = currentSchema(table);
  if (index >= schema.fields.length || schema.fields.length === 1) return table;
  const schemaId = Math.max(...table.schemas.map(known => known.schemaId)) + 1;
  const fields = schema.fields.toSpliced(index, 1);
  return {
    ...table,
    currentSchemaId: schemaId,
    schemas: [...table.schemas, { ...schema, schemaId, fields }],
  };
}

function assertLegal(before: TableMetadata, after: TableMetadata): void {
  const known = indexFields(currentSchema(before).fields);
  const now = indexFields(currentSchema(after).fields);
  for (const [id, old] of known) {
    const field = now.get(id);
    assert.ok(field, `${old.path} was dropped`);
    assertSameOrWider(old, field);
  }
  for (const [id, { field, path }] of now) {
    if (known.has(id)) continue;
    assert.ok(id > before.lastColumnId && id <= after.lastColumnId, `id ${id} of ${path}`);
    assert.ok(!field.required || path.endsWith('key'), `${path} is new and required`);
  }
}

function assertSameOrWider(old: LocatedField, { field, path }: LocatedField): void {
  assert.equal(path, old.path);
  assert.ok(old.field.required || !field.required, `${path} became required`);
  const [from, to] = [old.field.type, field.type];
  if (isPrimitive(from) && isPrimitive(to))
    assert.ok(
      typeToText(from) === typeToText(to) || isPromotion(from, to),
      `${path}: ${typeToText(from)} to ${typeToText(to)}`,
    );
  else assert.equal(from.kind, to.kind);
}
