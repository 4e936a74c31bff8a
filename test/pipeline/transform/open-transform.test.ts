import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { codeOf, tableOf, transformAll } from '../../support/transforms.ts';

describe('a transform', () => {
  test('makes one row, several rows or none of a record', async () => {
    const code = await codeOf(`
      interface Trip { readonly fare: number; readonly tags?: readonly string[] }
      export const transform = (trip: Trip) => {
        if (trip.fare < 0) return undefined;
        if (trip.fare === 0) return null;
        return trip.tags === undefined ? { ...trip, cents: trip.fare * 100 } : trip.tags.map(tag => ({ tag }));
      };`);
    const { results } = await transformAll(code, [
      '{"fare":1.5}',
      '{"fare":-1}',
      '{"fare":0}',
      '{"fare":2,"tags":["a","b"]}',
      '{"fare":3,"tags":[]}',
      '[{"fare":4},{"fare":-4},{"fare":5}]',
    ]);
    assert.deepEqual(results, [
      [{ fare: 1.5, cents: 150 }],
      [],
      [],
      [{ tag: 'a' }, { tag: 'b' }],
      [],
      [
        { fare: 4, cents: 400 },
        { fare: 5, cents: 500 },
      ],
    ]);
  });

  test('may be the default export, and keeps what its module remembers between records', async () => {
    const code = await codeOf(`
      let count = 0;
      export default function transform(record: object): object {
        return { ...record, number: ++count };
      }`);
    const { results } = await transformAll(code, ['{}', '{}', '{}']);
    assert.deepEqual(results, [[{ number: 1 }], [{ number: 2 }], [{ number: 3 }]]);
  });

  test('is told where the record stood, with its key and headers', async () => {
    const code = await codeOf(`export const transform = (_: object, context: any) => {
      const { topic, partition, offset, timestamp, key, keyBytes, headers, pipeline } = context;
      return { topic, partition, offset: typeof offset + offset, time: timestamp.toISOString(), key,
        bytes: keyBytes?.length, headers, pipeline };
    };`);
    const { results } = await transformAll(code, ['{}', '{}']);
    const common = { topic: 'trips', partition: 2, headers: { source: 'mété' }, pipeline: 'trips' };
    assert.deepEqual(results, [
      [{ ...common, offset: 'bigint0', time: '2023-11-14T22:13:20.000Z' }],
      [{ ...common, offset: 'bigint1', time: '2023-11-14T22:13:20.001Z', key: 'key 1', bytes: 5 }].map(
        ({ key, bytes, ...rest }) => ({ ...rest, key, bytes }),
      ),
    ]);
  });

  test('turns a record into a dead letter by what it throws, with file and line', async () => {
    const code = await codeOf(
      `import { fareOf } from './fares.ts';
export const transform = (record: { kind: string, message?: string }): object => {
  switch (record.kind) {
    case 'error': throw new Error('no good');
    case 'text': throw 'a text';
    case 'below': return { fare: fareOf(record as never) };
    case 'odd': throw { get message() { throw 1; }, toString() { throw 2; } };
    default: return record;
  }
};`,
      {
        'fares.ts': `interface Fares { readonly fares: { readonly [zone: string]: number } }

export function fareOf(record: { readonly zone: { readonly fares: Fares } }): number {
  return record.zone.fares['x'] as unknown as number;
}`,
      },
    );
    const { results } = await transformAll(
      code,
      ['error', 'text', 'below', 'odd', 'good'].map(kind => JSON.stringify({ kind })),
    );
    assert.deepEqual(results, [
      't.ts: Error: no good at transform (t.ts:4)',
      't.ts: It threw a text',
      "t.ts: TypeError: Cannot read properties of undefined (reading 'fares') at fareOf (fares.ts:4), transform (t.ts:6)",
      't.ts: It threw something that cannot be shown',
      [{ kind: 'good' }],
    ]);
  });

  test('turns a record into a dead letter by an answer that is no record', async () => {
    const code = await codeOf(`
      const cycle: any = {}; cycle.again = cycle;
      const answers: Record<string, unknown> = { number: 5, array: [{ a: 1 }, 'x'], function: { f: () => 1 },
        deep: { list: [Symbol('s')] }, cycle, date: new Date(0), getter: { get a() { throw new Error('got'); } } };
      export const transform = (record: any) => answers[record.kind];`);
    const kinds = ['number', 'array', 'function', 'deep', 'cycle', 'date', 'getter'];
    const { results } = await transformAll(
      code,
      kinds.map(kind => JSON.stringify({ kind })),
    );
    const wanted = 'instead of a record, an array of records or undefined';
    assert.deepEqual(results, [
      `t.ts: It returned 5 ${wanted}`,
      `t.ts: It returned x ${wanted}`,
      't.ts: TypeError: The member "f" is a function.',
      't.ts: TypeError: The member "list" is a symbol.',
      't.ts: TypeError: The member "again" is something nested more than 100 deep, e.g. a cycle.',
      `t.ts: It returned "1970-01-01T00:00:00.000Z" ${wanted}`,
      't.ts: Error: got at get a (t.ts:4)',
    ]);
  });

  test('that does not come to an end costs only the records on which it hangs', async () => {
    const code = await codeOf(`let calls = 0;
      export const transform = (record: { n: number }) => {
        calls += 1;
        if (record.n % 3 === 1) for (;;) calls += 1;
        if (record.n === 5) { const until = Date.now() + 60; while (Date.now() < until); }
        return record;
      };`);
    const { results } = await transformAll(
      code,
      [0, 1, 2, 3, 4, 5].map(n => JSON.stringify({ n })),
      100,
    );
    const overdue = 't.ts took longer than 0.1 s for it';
    assert.deepEqual(results, [[{ n: 0 }], overdue, [{ n: 2 }], [{ n: 3 }], overdue, [{ n: 5 }]]);
  });

  test('writes to a console that is read afterwards', async () => {
    const code = await codeOf(`export const transform = (record: object) => {
      console.log('record', record, 5n, undefined);
      return record;
    };`);
    const { lines } = await transformAll(code, ['{"a":{"b":9007199254740993}}']);
    assert.deepEqual(lines, ['record {"a":{"b":"9007199254740993"}} 5 undefined']);
  });
});

describe('the values of a transform', () => {
  test('are numbers as far as those are exact, long integers bigint, longer decimals kept as they are', async () => {
    const code = await codeOf(`export const transform = (record: any) => {
      const types = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, typeof value]));
      return [types, record, { sum: record.decimal + 1, more: record.long + 1n, text: String(record.decimal) }];
    };`);
    const message =
      '{"int":1,"double":0.30000000000000004,"small":1e-7,"long":9007199254740993,"safe":9007199254740991,' +
      '"decimal":12345678901234567890.123,"tight":1234567890123456.7}';
    const { results } = await transformAll(code, [message]);
    const [rows] = results as [readonly Record<string, unknown>[]];
    assert.deepEqual(rows[0], {
      int: 'number',
      double: 'number',
      small: 'number',
      long: 'bigint',
      safe: 'number',
      decimal: 'object',
      tight: 'object',
    });
    assert.deepEqual(
      { ...rows[2], more: undefined },
      { sum: 12345678901234567000, more: undefined, text: '12345678901234567890.123' },
    );
    const type = { kind: 'decimal', precision: 38, scale: 3 } as const;
    const table = await tableOf(
      { long: { kind: 'long' }, decimal: type, tight: type, double: { kind: 'double' } },
      await codeOf('export const transform = (record: object) => ({ ...record })'),
      [message],
    );
    assert.deepEqual(table, {
      rows: [
        {
          long: 9007199254740993n,
          decimal: 12345678901234567890123n,
          tight: 1234567890123456700n,
          double: 0.30000000000000004,
        },
      ],
      reasons: [],
    });
  });

  test('may be dates, bytes, sets and maps, bigints, and members that are undefined', async () => {
    const code = await codeOf(`export const transform = () => ({
      zoned: new Date('2026-01-31T08:00:00.123Z'), local: new Date(-1), day: new Date('1969-12-31'),
      bytes: new Uint8Array([0, 255]), list: new Set([1, 2]), doubles: new Float64Array([0.5, NaN]),
      map: new Map([[1, 'a']]), long: 2n ** 63n - 1n, absent: undefined, nested: { at: new Date(0), no: undefined },
    });`);
    const list = (kind: 'long' | 'double') =>
      ({ kind: 'list', elementId: 0, elementRequired: false, element: { kind } }) as const;
    const table = await tableOf(
      {
        zoned: { kind: 'timestamptz' },
        local: { kind: 'timestamp' },
        day: { kind: 'date' },
        bytes: { kind: 'binary' },
        list: list('long'),
        doubles: list('double'),
        map: {
          kind: 'map',
          keyId: 0,
          key: { kind: 'int' },
          valueId: 0,
          valueRequired: false,
          value: { kind: 'string' },
        },
        long: { kind: 'long' },
        absent: { kind: 'string' },
        nested: {
          kind: 'struct',
          fields: [
            { id: 1, name: 'at', required: true, type: { kind: 'timestamptz' } },
            { id: 2, name: 'no', required: false, type: { kind: 'string' } },
          ],
        },
      },
      code,
      ['{}'],
    );
    assert.deepEqual(table, {
      rows: [
        {
          zoned: 1769846400123000n,
          local: -1000n,
          day: -1,
          bytes: '00ff',
          list: [1n, 2n],
          doubles: [0.5, NaN],
          map: [[1, 'a']],
          long: 9223372036854775807n,
          absent: null,
          nested: { at: 0n, no: null },
        },
      ],
      reasons: [],
    });
  });

  test('are not bent: an invalid date, a date that is no day, and a fraction in an integer are dead letters', async () => {
    const code = await codeOf(`export const transform = (r: { n: number }) =>
      [{ at: new Date(NaN) }, { day: new Date(1) }, { n: 0.5 }, { n: 2n ** 63n }][r.n];`);
    const { reasons } = await tableOf(
      { at: { kind: 'timestamptz' }, day: { kind: 'date' }, n: { kind: 'long' } },
      code,
      [0, 1, 2, 3].map(n => JSON.stringify({ n })),
    );
    assert.deepEqual(reasons, [
      '"at" expects timestamptz, found an invalid date',
      '"day" expects date, found 1970-01-01T00:00:00.001Z',
      '"n" expects long, found 0.5',
      '"n" expects long, found 9223372036854775808',
    ]);
  });

  test('keep names such as __proto__ and constructor what they are: data', async () => {
    const code = await codeOf(
      'export const transform = (r: any) => ({ ...r, was: typeof r.hasOwnProperty });',
    );
    const { results } = await transformAll(code, ['{"__proto__":{"x":1},"constructor":{"y":2}}']);
    const [row] = results[0] as readonly object[];
    assert.deepEqual(Object.keys(row ?? {}), ['__proto__', 'constructor', 'was']);
    assert.equal(({} as { readonly x?: unknown }).x, undefined);
  });
});

describe('the surroundings of a transform', () => {
  test('hold neither Node nor a way to it that honest code would find', async () => {
    const code = await codeOf(`
      const attempt = (work: () => unknown) => { try { return String(work()); } catch (error) { return (error as Error).name; } };
      export const transform = (record: any, context: any) => ({
        names: ['process', 'require', 'fetch', 'setTimeout', 'Buffer', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']
          .filter(name => name in globalThis),
        tries: [
          attempt(() => (globalThis as any).constructor.constructor('return process')()),
          attempt(() => record.constructor.constructor('return process')()),
          attempt(() => record.list.constructor.constructor('return process')()),
          attempt(() => context.constructor.constructor('return process')()),
          attempt(() => context.headers.constructor.constructor('return process')()),
          attempt(() => context.keyBytes.constructor.constructor('return process')()),
          attempt(() => context.timestamp.constructor.constructor('return process')()),
          attempt(() => (0, eval)('process')),
          attempt(function (this: unknown) { return typeof this; }),
        ],
      });`);
    const { results } = await transformAll(code, ['{}', '{"list":[]}']);
    const tries = [...Array<string>(8).fill('EvalError'), 'undefined'];
    assert.deepEqual(results[1], [{ names: [], tries }]);
  });

  test('belong to each transform alone', async () => {
    const code = await codeOf(`(Array.prototype as any).mine = 1;
      export const transform = () => ({ seen: Object.keys(globalThis).length, mine: ([] as any).mine });`);
    assert.deepEqual((await transformAll(code, ['{}'])).results, [[{ seen: 0, mine: 1 }]]);
    assert.equal(([] as { readonly mine?: unknown }).mine, undefined);
  });
});

describe('a transform that cannot be used', () => {
  const cases: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'exports nothing': [
      'const a = 1;',
      /^The transform t\.ts cannot be used\. It exports no function: write/,
    ],
    'exports no function': ['export const transform = 5;', /Its `export transform` is no function, but 5\./],
    'exports two': [
      'export const transform = () => ({}); export default () => ({});',
      /It has both a default export and one named transform: keep one\./,
    ],
    'is async': ['export default async () => ({})', /Its function must not be async: it must return records/],
    'is a generator': ['export function* transform() {}', /Its function must not be a generator/],
    'throws at once': ['\n\nthrow new Error("early");', /Error: early at t\.ts:3\./],
    'imports a package': [
      'import _ from "lodash";\nexport default () => _',
      /so not "lodash"\. at t\.ts:1\./,
    ],
    'imports a part of Node': [
      'import { x } from "./b.ts"; export default () => x',
      /neither packages nor parts of Node, so not "node:fs"\. at b\.ts:2, t\.ts:1\./,
    ],
    'imports what is not there': [
      'import { x } from "./c"; export default () => x',
      /There is no file "\.\/c" with one of/,
    ],
    'imports from outside': [
      'import { x } from "../c.ts"; export default () => x',
      /There is no file "\.\.\/c\.ts"/,
    ],
  };
  for (const [title, [text, message]] of Object.entries(cases)) {
    test(`because it ${title} halts the pipeline`, async () => {
      const code = await codeOf(text, { 'b.ts': '\nimport fs from "node:fs"; export const x = fs;' });
      await assert.rejects(
        transformAll(code, ['{}']),
        error =>
          error instanceof PipelineHalt && error.code === 'transform-unusable' && message.test(error.message),
      );
    });
  }

  test('because it answers with a promise halts the pipeline at the first record', async () => {
    const code = await codeOf(
      'const later = async () => { throw new Error("late"); }; export default () => later();',
    );
    await assert.rejects(
      transformAll(code, ['{}']),
      /Its function returned a promise: it must not be async\./,
    );
  });

  test('because its module does not come to an end halts the pipeline', async () => {
    const code = await codeOf('for (;;);');
    const { openTransform } = await import('../../../pipeline/transform/open-transform.ts');
    assert.throws(
      () => openTransform({ code, pipeline: 'p', startTimeoutMs: 50 }),
      /took longer than 0\.05 s to load/,
    );
  });
});
