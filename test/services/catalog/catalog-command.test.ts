import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { command } from '../../../bin/commands/catalog.ts';
import { type CommandInput, UsageError } from '../../../bin/command.ts';
import { type JsonObject, parseJson } from '../../../catalog/json.ts';
import { commit, deleteReference, getReference } from '../../../catalog/nessie.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('lakehouse catalog, really', () => {
  let bench: Workbench;

  before(async () => {
    bench = await openWorkbench('cli');
    await bench.sql(bench.root, 'CREATE TABLE {t} (id bigint)');
    await bench.sql(bench.root, 'INSERT INTO {t} VALUES 1');
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('ls, log and show describe what is there', async () => {
    const listed = await json(['ls', bench.namespace], { ref: bench.root });
    const items = listed['items'] as readonly JsonObject[];
    assert.deepEqual(
      items.map(item => [item['kind'], item['key']]),
      [['table', [bench.namespace, 't']]],
    );
    const text = await run(['ls'], { ref: bench.root });
    assert.match(text.output, new RegExp(`^namespace  ${bench.namespace} +1 table$`, 'm'));
    const log = (await json(['log'], { ref: bench.root, limit: '2' })) as unknown as readonly JsonObject[];
    assert.equal(log.length, 2);
    assert.deepEqual((log[0]?.['changes'] as readonly JsonObject[])[0]?.['key'], [bench.namespace, 't']);
    const shown = await json(['show', `${bench.namespace}.t`], { ref: bench.root });
    assert.equal(
      (shown['content'] as JsonObject)['snapshotId'],
      (await bench.content(bench.root, 't')).snapshotId,
    );
    assert.match(
      (await run(['show', `${bench.namespace}.t`], { ref: bench.root })).output,
      /rows +1\n[^]*id +long +0\.0 % null +1 +1/,
    );
    await assert.rejects(
      run(['show', 'no.such'], { ref: bench.root }),
      /There is no no\.such on catalog-test/,
    );
  });

  test('a branch is made, compared, merged with a conflict resolved, reset and deleted', async () => {
    const name = `${bench.root}-cli`;
    await run(['branch', 'create', name], { from: bench.root });
    await bench.sql(name, 'INSERT INTO {t} VALUES 2');
    const diff = await json(['diff', bench.root, name], {});
    const [change] = diff['changes'] as readonly JsonObject[];
    const totals = (change?.['table'] as JsonObject)['totals'] as JsonObject;
    assert.deepEqual(
      [totals['from'], totals['to']].map(item => (item as JsonObject)['rows']),
      [1, 2],
    );
    await bench.sql(bench.root, 'INSERT INTO {t} VALUES 3');
    const refused = await run(['merge', name], { into: bench.root });
    assert.equal(refused.code, 1);
    assert.match(refused.output, /! catalog_cli_\w+\.t: VALUE_DIFFERS\n {2}source:\n[^]*Cannot be merged/);
    const before_ = await bench.head(bench.root);
    assert.equal(
      (
        await run(['merge', name], {
          into: bench.root,
          take: [`${bench.namespace}.t=source`],
          'dry-run': true,
        })
      ).code,
      0,
    );
    assert.equal((await bench.head(bench.root)).hash, before_.hash);
    assert.equal(
      (await run(['merge', name], { into: bench.root, take: [`${bench.namespace}.t=source`] })).code,
      0,
    );
    assert.deepEqual(await bench.sql(bench.root, 'SELECT id FROM {t} ORDER BY id'), [[1n], [2n]]);
    const reset = await json(['branch', 'reset', bench.root], { to: before_.hash });
    assert.deepEqual(await bench.sql(bench.root, 'SELECT id FROM {t} ORDER BY id'), [[1n], [3n]]);
    const removed = await json(['branch', 'delete', name], {});
    for (const result of [reset, removed]) {
      const tag = (result['backup'] as JsonObject)['name'] as string;
      await deleteReference(bench.nessie, { reference: await getReference(bench.nessie, tag) });
    }
  });

  test('names and messages of any kind stay one name in and out, and never reach the terminal raw', async () => {
    const odd = ['a.b "q" 🚕', 'x'.repeat(300)];
    for (const part of odd) {
      const key = [bench.namespace, part];
      const content = { type: 'NAMESPACE', elements: key, properties: {} } as const;
      const { hash } = await bench.head(bench.root);
      await commit(bench.nessie, {
        branch: bench.root,
        expectedHash: hash,
        message: 'red \u001b[31m alert\u0007',
        operations: [{ type: 'PUT', key, content }],
      });
    }
    const { output } = await run(['ls', bench.namespace], { ref: bench.root });
    assert.ok(output.includes(`namespace  ${bench.namespace}."a.b ""q"" 🚕" `), output);
    const inside = await json(['ls', `${bench.namespace}."a.b ""q"" 🚕"`], { ref: bench.root });
    assert.deepEqual(inside['items'], []);
    const log = (await run(['log'], { ref: bench.root, limit: '2' })).output;
    assert.match(log, /red \\u\{1b\}\[31m alert\\u\{7\}/);
    assert.doesNotMatch(log, /[\u001b\u0007]/);
    await run(['branch', 'list'], {});
    await assert.rejects(run(['log'], { ref: 'no/such' }), /no\/such/);
    await assert.rejects(run(['diff', 'main', 'no/such'], {}), /There is no branch or tag no\/such/);
  });

  test('wrong calls say how it wants to be called', async () => {
    const calls: readonly (readonly [string[], CommandInput['values']])[] = [
      [['fly'], {}],
      [[], {}],
      [['show'], {}],
      [['diff', 'main'], {}],
      [['merge', 'x'], {}],
      [['branch', 'fly', 'x'], {}],
      [['branch', 'reset', bench.root], {}],
      [['merge', bench.root], { into: bench.root, take: ['x'] }],
    ];
    for (const [words, values] of calls)
      await assert.rejects(run(words, values), UsageError, words.join(' '));
  });
});

async function run(
  positionals: readonly string[],
  values: CommandInput['values'],
): Promise<{ output: string; code: number }> {
  let output = '';
  const write = (text: string): boolean => ((output += text), true);
  const code = await command.run({
    values,
    positionals,
    stdin: process.stdin,
    stdout: { write },
    stderr: { write },
    env: { LAKEHOUSE_ENDPOINTS: process.env['LAKEHOUSE_TEST_ENDPOINTS'] },
    cwd: process.cwd(),
    signal: new AbortController().signal,
  });
  return { output, code };
}

async function json(positionals: readonly string[], values: CommandInput['values']): Promise<JsonObject> {
  return parseJson((await run(positionals, { ...values, json: true })).output) as JsonObject;
}
