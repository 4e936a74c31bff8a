import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectNessie, getReference } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { openCatalog } from '../../../catalog/trino/catalogs.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';
import { compactTable } from '../../../pipeline/compact/compact-table.ts';
import { openRewriter } from '../../../pipeline/compact/rewrite-files.ts';
import { createRandom } from '../../../pipeline/produce/taxi.ts';
import { tryPredicates } from '../../support/bounds-cases.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { NAMESPACE, openPlayground } from '../../support/pipeline-playground.ts';

const SEED = Number(process.env['LAKEHOUSE_BOUNDS_SEED'] ?? 11);
const CASES = 120;

/** Values of a column while it is narrow, and those that make it wide, as JSON and in SQL. */
const COLUMNS: readonly {
  readonly path: string;
  readonly narrow: readonly string[];
  readonly wide: readonly string[];
  readonly sql: (json: string) => string;
}[] = [
  {
    path: 'i',
    narrow: ['-2147483648', '-1', '0', '7', '2147483647'],
    wide: ['-2147483649', '2147483648', '9223372036854775807'],
    sql: json => `BIGINT '${json}'`,
  },
  {
    path: 'f',
    narrow: ['-3.5', '-0.0', '0.1', '1e30', '"NaN"'],
    wide: ['1e300', '-1e300'],
    sql: json => (json.includes('NaN') ? 'nan()' : `DOUBLE '${json}'`),
  },
  {
    path: 'p',
    narrow: ['-9999999.99', '-0.01', '0', '12.34'],
    wide: ['10000000.00', '-99999999999999999.99', '123456789012345678901234.56'],
    sql: json => `DECIMAL '${json}'`,
  },
  { path: 'o.n', narrow: ['-5', '5'], wide: ['5000000000'], sql: json => `BIGINT '${json}'` },
  {
    path: 'late',
    narrow: ['"a"', '"zz"'],
    wide: ['"🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫"'],
    sql: json => `'${json.slice(1, -1)}'`,
  },
];

test('columns that grew or came late are found by predicates as by a full scan, natively, through REST, and after compaction', async () => {
  await using ground = await openPlayground('drift_bounds', {
    schema: 'i: int\nf: float\np: decimal(9,2)\no: { n: int }',
    settings: 'drift: add',
    partitions: 1,
  });
  const random = createRandom(SEED);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const rowOf = (isWide: boolean, isLate: boolean): string => {
    const members = COLUMNS.filter(({ path }) => (isLate || path !== 'late') && random() < 0.8).map(
      ({ path, narrow, wide }) => {
        const value = pick(isWide ? [...narrow, ...wide] : narrow);
        return path === 'o.n' ? `"o":{"n":${value}}` : `"${path}":${value}`;
      },
    );
    return `{${members.join(',')}}`;
  };
  for (const [isWide, isLate] of [
    [false, false],
    [false, false],
    [false, true],
    [true, true],
    [false, true],
  ] as const) {
    await ground.produce(Array.from({ length: 10 }, () => rowOf(isWide, isLate)));
    await ground.run();
  }
  const predicates = Array.from({ length: CASES }, () => {
    const { path, narrow, wide, sql } = pick(COLUMNS);
    const value = (): string => sql(pick([...narrow, ...wide]));
    if (random() < 0.1) return `${path} IS ${pick(['', 'NOT '])}NULL`;
    return random() < 0.3
      ? `${path} BETWEEN ${value()} AND ${value()}`
      : `${path} ${pick(['=', '<', '<=', '>', '>=', '<>'])} ${value()}`;
  });
  const endpoints = testEndpoints();
  const nessie = connectNessie({ uri: endpoints.nessie.uri });
  const { hash } = await getReference(nessie, 'main');
  const host = {
    trino: ground.trino,
    staticCatalog: endpoints.trino.catalog,
    defaultBranch: 'main',
    endpoints,
  };
  const atCommit = await openCatalog(host, { kind: 'commit', hash });
  const throughRest = quoteName([atCommit, NAMESPACE, ground.table]);
  try {
    for (const table of [ground.sqlName, throughRest])
      assert.deepEqual((await tryPredicates(ground, table, predicates)).wrong, [], `seed ${SEED}, ${table}`);
  } finally {
    await ground.query(`DROP CATALOG ${quoteName([atCommit])}`);
  }
  const sums = `SELECT count(*), sum(CAST(i AS decimal(38,0))), checksum(p), count_if(is_nan(f)), sum(o.n), count(late) FROM ${ground.sqlName}`;
  const before = await ground.query(sums);
  const client = createS3Client(endpoints.objectStore);
  await compactTable({
    catalog: { nessie, store: createObjectStore(client), warehouse: '' },
    branch: 'main',
    key: [NAMESPACE, ground.table],
    policy: { targetBytes: 1 << 30, minFiles: 2, maxRows: 1e6 },
    openRewriter,
    onNotice: () => {},
  });
  client.destroy();
  const files = ground.sqlName.replace(/"$/, '$files"');
  assert.equal(await ground.value(`SELECT count(*) FROM ${files}`), 1n);
  assert.deepEqual(await ground.query(sums), before);
  assert.deepEqual((await tryPredicates(ground, ground.sqlName, predicates)).wrong, [], `seed ${SEED}`);
});
