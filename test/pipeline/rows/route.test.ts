import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRecord, type RecordObject } from '../../../pipeline/decode/parse-record.ts';
import { createRoute, nameFrom, type RoutePlan } from '../../../pipeline/rows/route.ts';

const MAIN = ['demo', 'events'];

function route(plan: Partial<RoutePlan> & Pick<RoutePlan, 'rule'>): (json: string) => string {
  const destination = createRoute({ otherwise: 'main', maxTables: 10, ...plan }, MAIN);
  return json => {
    const to = destination(parseRecord(json) as RecordObject);
    return 'reason' in to ? `!${to.reason}` : (to.table?.join('/') ?? 'nowhere');
  };
}

describe('a route', () => {
  test('puts fields of the row into the name of the table', () => {
    const to = route({ rule: { kind: 'template', parts: ['{tenant}', 'trips_{order.zone}_{year}'] } });
    assert.equal(to('{"tenant":"Acme","order":{"zone":7},"year":2024}'), 'acme/trips_7_2024');
    assert.equal(
      to('{"tenant":"A.B \\"x\\"/..","order":{"zone":true},"year":9007199254740993}'),
      'a_b__x____/trips_true_9007199254740993',
    );
    assert.equal(to('{"tenant":"Zürich🛫","order":{"zone":0},"year":1}'), 'zürich_/trips_0_1');
  });

  test('looks for a name with dots before it goes down a path', () => {
    const to = route({ rule: { kind: 'template', parts: ['t', '{a.b}'] } });
    assert.deepEqual([to('{"a.b":1,"a":{"b":2}}'), to('{"a":{"b":2}}')], ['t/1', 't/2']);
  });

  test('takes tables by the value of a field', () => {
    const tables = new Map([
      ['order', ['shop', 'orders']],
      ['1', ['shop', 'ones']],
    ]);
    const to = route({ rule: { kind: 'field', field: 'type', tables } });
    assert.deepEqual(['{"type":"order"}', '{"type":1}', '{"type":"Order"}', '{}'].map(to), [
      'shop/orders',
      'shop/ones',
      'demo/events',
      'demo/events',
    ]);
  });

  test('leads to the own table, a dead letter or nowhere where it names no table', () => {
    const rule = { kind: 'template', parts: ['t', '{zone}'] } as const;
    const rows = [
      '{}',
      '{"zone":null}',
      '{"zone":""}',
      '{"zone":{}}',
      '{"zone":[1]}',
      `{"zone":"${'x'.repeat(101)}"}`,
    ];
    assert.deepEqual(new Set(rows.map(route({ rule }))), new Set(['demo/events']));
    assert.deepEqual(new Set(rows.map(route({ rule, otherwise: 'drop' }))), new Set(['nowhere']));
    const reasons = rows.map(route({ rule, otherwise: 'deadLetter' }));
    assert.deepEqual(reasons.slice(0, 3), [
      '!no table for it: "zone" is missing',
      '!no table for it: "zone" is missing',
      '!no table for it: "zone" is ""',
    ]);
    assert.ok(reasons.every(reason => reason.startsWith('!no table for it')));
  });

  test('never takes a member that a row inherits', () => {
    const to = route({ rule: { kind: 'template', parts: ['t', '{constructor}'] } });
    assert.equal(to('{"a":1}'), 'demo/events');
    assert.equal(nameFrom('__proto__'), '__proto__');
  });
});
