/**
 * Predicates with random values against bounds: `npm run bench bounds -- [--cases 10000] [--seed N] [--endpoints FILE] [--json]`.
 * Each table has files of its own; every case counts with and without the help of bounds, through Trino's native catalog.
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../pipeline/produce/taxi.ts';
import { fillTriedTable, randomPredicate, TRIED_SCHEMA, tryPredicates } from '../support/bounds-cases.ts';
import { openPlayground } from '../support/pipeline-playground.ts';

const CASES_PER_TABLE = 1_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      endpoints: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (values.endpoints !== undefined) process.env['LAKEHOUSE_TEST_ENDPOINTS'] = values.endpoints;
  const cases = Number(values.cases);
  const seed = Number(values.seed);
  const random = createRandom(seed);
  const wrong: string[] = [];
  let tried = 0;
  while (tried < cases) {
    await using ground = await openPlayground('bench_bounds', { schema: TRIED_SCHEMA, partitions: 1 });
    const literals = await fillTriedTable(ground, random, { files: 8, rowsPerFile: 15 });
    const count = Math.min(CASES_PER_TABLE, cases - tried);
    const predicates = Array.from({ length: count }, () => randomPredicate(random, literals));
    const result = await tryPredicates(ground, ground.sqlName, predicates);
    tried += result.tried;
    wrong.push(...result.wrong);
    console.log(`${tried} of ${cases} cases, ${wrong.length} wrong (seed ${seed})`);
  }
  for (const text of wrong.slice(0, 20)) console.log(text);
  if (values.json === true) console.log(JSON.stringify({ cases: tried, wrong: wrong.length, seed }));
  if (wrong.length > 0) process.exitCode = 1;
}
