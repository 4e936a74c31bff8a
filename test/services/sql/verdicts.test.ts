import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testEndpoints } from '../../support/lakehouse.ts';
import { acceptedCases, rejectedCases } from '../../server/sql/cases.ts';

const { uri, user } = testEndpoints().trino;
const AT_ONCE = 8;

interface Page {
  readonly nextUri?: string;
  readonly error?: { readonly errorName: string };
}

/**
 * The verdicts of the parser's own test cases, checked against a real Trino: PREPARE parses a statement of any kind
 * without running it. The parser follows release 483; what the running Trino does not know yet is marked by name.
 */
describe('the verdicts of a real Trino', () => {
  test('every statement that we accept is accepted, apart from those marked as newer', async () => {
    const cases = acceptedCases();
    const errors = await each(cases, ({ sql }) => errorOf(sql));
    const disagreeing = cases.filter(({ isNewer }, i) => (errors[i] === 'SYNTAX_ERROR') !== isNewer);
    assert.deepEqual(
      disagreeing.map(item => item.sql),
      [],
    );
  });

  test('every text that we reject is rejected', async () => {
    const cases = rejectedCases();
    const errors = await each(cases, errorOf);
    assert.deepEqual(
      cases.filter((_, i) => errors[i] !== 'SYNTAX_ERROR'),
      [],
    );
  });
});

/** Trino's error name for the statement behind PREPARE; undefined when it takes it. */
async function errorOf(sql: string): Promise<string | undefined> {
  const headers = { 'X-Trino-User': user, 'X-Trino-Catalog': 'iceberg', 'X-Trino-Schema': 'none' };
  const body = `PREPARE p FROM ${sql}`;
  let page = await readPage(`${uri}/v1/statement`, { method: 'POST', headers, body });
  while (page.error === undefined && page.nextUri !== undefined)
    page = await readPage(page.nextUri, { headers });
  return page.error?.errorName;
}

async function readPage(url: string, init: RequestInit): Promise<Page> {
  const response = await fetch(url, init);
  assert.ok(response.ok, `${url} answered ${response.status}`);
  return (await response.json()) as Page;
}

/** Works on all items, a few at a time. */
async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i];
      if (item !== undefined) results[i] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
