import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';

function parse(settings: string): PipelineConfig {
  const text = `name: p\nsource: { topic: t }\ntable: a.b\nschema: { id: long }\n${settings}`;
  return parsePipelineConfig(text, 'p.pipeline.yaml');
}

function fault(settings: string): string {
  try {
    parse(settings);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail(`${settings} was accepted`);
}

describe('a route', () => {
  test('is a template, by itself or with what happens otherwise', () => {
    const rule = { kind: 'template', parts: ['demo', 'trips_{zone}_{order.day}'] };
    assert.deepEqual(parse('route: "demo.trips_{zone}_{order_day}"').route?.rule, {
      kind: 'template',
      parts: ['demo', 'trips_{zone}_{order_day}'],
    });
    assert.deepEqual(
      parse('route: { table: [demo, "trips_{zone}_{order.day}"], otherwise: deadLetter, maxTables: 7 }')
        .route,
      { rule, otherwise: 'deadLetter', maxTables: 7 },
    );
    assert.equal(parse('').route, undefined);
  });

  test('names tables by the values of a field, with columns of their own', () => {
    const { route } = parse(
      'route: { field: type, tables: { order: s.orders, 7: { table: s.sevens, schema: { x: date }, partitioning: [x] } } }',
    );
    assert.deepEqual(route, {
      rule: {
        kind: 'field',
        field: 'type',
        tables: new Map([
          ['order', { table: ['s', 'orders'], schema: undefined, partitioning: [] }],
          [
            '7',
            {
              table: ['s', 'sevens'],
              schema: [{ id: 0, name: 'x', required: false, type: { kind: 'date' } }],
              partitioning: [{ column: 'x', transform: { kind: 'identity' } }],
            },
          ],
        ]),
      },
      otherwise: 'main',
      maxTables: 100,
    });
  });

  test('says with its line what is wrong with it', () => {
    assert.match(fault('route: demo.trips'), /yaml:5:8: route must name a field in braces/);
    assert.match(fault('route: "demo.trips_{zone"'), /route must name a field in braces/);
    assert.match(fault('route: { otherwise: drop }'), /route must have either table/);
    assert.match(fault('route: { field: x }'), /route\.tables must be a mapping of values to tables/);
    assert.match(
      fault('route: { field: x, tables: { a: b } }'),
      /A table of route\.tables must be namespace\.table/,
    );
    assert.match(
      fault('route: { table: "a.{b}", otherwise: explode }'),
      /route\.otherwise must be main or deadLetter or drop/,
    );
    assert.match(fault('route: { table: "a.{b}", maxTables: 5000 }'), /at most 1000/);
    assert.match(
      fault('route: { field: x, tables: { a: { table: a.b, schema: { i: int } } } }'),
      /its schema stands above/,
    );
    assert.match(
      fault('route: { field: x, tables: { a: { table: a.c, partitioning: [i] } } }'),
      /needs its own schema/,
    );
  });
});
