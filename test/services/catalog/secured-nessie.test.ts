import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Command } from '../../../bin/command.ts';
import { command as catalog } from '../../../bin/commands/catalog.ts';
import { command as etl } from '../../../bin/commands/etl.ts';
import { command as sql } from '../../../bin/commands/sql.ts';
import type { LakehouseEndpoints, NessieLogin } from '../../../catalog/endpoints.ts';
import { connectNessie, createReference, getReference, NessieError } from '../../../catalog/nessie.ts';
import { createNamespace } from '../../../catalog/table-actions.ts';
import { openCatalog } from '../../../catalog/trino/catalogs.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { quoteIdentifier } from '../../../catalog/trino/quote.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type SecuredNessie, startSecuredNessie } from '../../support/secured-nessie.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-secured-nessie-'));
const tokenFile = path.join(folder, 'token');
const BRANCH = 'secured';
let nessie: SecuredNessie;
let ground: Playground;
/** Its own name in Trino, so that its branches meet nobody else's. */
let staticCatalog: string;

describe('a Nessie that asks who you are, really', () => {
  before(async () => {
    [nessie, ground] = await Promise.all([
      startSecuredNessie(testEndpoints().objectStore),
      openPlayground('secured', { schema: 'id: long' }),
    ]);
    staticCatalog = ground.table.replace('secured', 'secured_nessie');
    await ground.produce(['{"id":1}', '{"id":2}']);
    writeFileSync(path.join(folder, 'p.yaml'), `${ground.yaml}branch: ${BRANCH}\n`);
    writeFileSync(path.join(folder, 'endpoints.json'), JSON.stringify(endpoints()), { mode: 0o600 });
    writeFileSync(tokenFile, nessie.token(600), { mode: 0o600 });
    const connection = connectNessie({ uri: nessie.uri, login: { kind: 'token-file', path: tokenFile } });
    const main = await getReference(connection, 'main');
    await createReference(connection, { type: 'BRANCH', name: BRANCH, from: main });
    await createNamespace(connection, { branch: BRANCH, key: ['pipeline_test'] });
  });
  after(async () => {
    const trino = connection();
    const { rows } = await queryAll(trino, 'SHOW CATALOGS');
    for (const [name] of rows)
      if (typeof name === 'string' && name.startsWith(staticCatalog))
        await queryAll(trino, `DROP CATALOG ${quoteIdentifier(name)}`);
    await ground[Symbol.asyncDispose]();
    await nessie[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const endpoints = (login?: NessieLogin): LakehouseEndpoints => {
    const others = testEndpoints();
    return {
      ...others,
      nessie: { uri: nessie.uri, ...(login === undefined ? {} : { login }) },
      icebergRest: { uri: nessie.restUri },
      trino: { ...others.trino, catalog: staticCatalog },
    };
  };
  const connection = () => {
    const { uri, user } = testEndpoints().trino;
    return connectTrino({ uri, user });
  };
  const run = (
    command: Command,
    positionals: readonly string[],
    { env, ...values }: { env?: NodeJS.ProcessEnv; [option: string]: unknown } = {},
  ): Promise<CommandOutcome> =>
    runCommand(command, {
      values: { endpoints: path.join(folder, 'endpoints.json'), ...(values as Record<string, string>) },
      positionals,
      cwd: folder,
      ...(env === undefined ? {} : { env }),
    });

  test('every command says that a login is missing or refused, where to set it, and never the login', async () => {
    const expired = nessie.token(-600);
    const commands = [
      [catalog, ['ls']],
      [etl, ['p.yaml']],
      [etl, ['status', 'p.yaml']],
      [sql, ['SELECT 1'], { ref: BRANCH }],
    ] as const;
    for (const [command, positionals, values] of commands) {
      await assert.rejects(
        run(command, positionals, values),
        /asks for a login, and none is set.*LAKEHOUSE_NESSIE_TOKEN/,
      );
      const refused = run(command, positionals, { ...values, env: { LAKEHOUSE_NESSIE_TOKEN: expired } });
      await assert.rejects(refused, (error: Error) => {
        assert.match(error.message, /refused the token that it was given.*may have expired/);
        assert.ok(!`${error.message}${error.stack}`.includes(expired));
        return true;
      });
    }
  });

  test('a pipeline commits with a token from the environment, and its status and its table are read with a token file', async () => {
    const ended = await run(etl, ['p.yaml'], {
      once: true,
      json: true,
      env: { LAKEHOUSE_NESSIE_TOKEN: nessie.token(600) },
    });
    assert.equal(ended.code, 0, ended.stderr);
    const env = { LAKEHOUSE_NESSIE_TOKEN_FILE: tokenFile };
    const status = await run(etl, ['status', 'p.yaml'], { env });
    assert.match(status.stdout, /2 rows[^]*behind +0 records/);
    const shown = await run(catalog, ['show', `pipeline_test.${ground.table}`], { env, ref: BRANCH });
    assert.match(shown.stdout, /rows +2\n/);
  });

  test('SQL on a branch reads through a catalog with the token, and a token that ran out is replaced by the next one', async () => {
    const count = [`SELECT count(*) FROM pipeline_test.${ground.table}`];
    const options = { ref: BRANCH, output: 'csv' };
    const env = { LAKEHOUSE_NESSIE_TOKEN_FILE: tokenFile };
    const host = { trino: connection(), staticCatalog, defaultBranch: 'main' };
    const token = nessie.token(3);
    const short = { ...host, endpoints: endpoints({ kind: 'bearer', token }) };
    const name = await openCatalog(short, { kind: 'reference', name: BRANCH });
    await waitUntil('the token has run out', async () => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${nessie.uri}/config`, { headers })).status === 401;
    });
    await assert.rejects(queryAll(host.trino, `SHOW SCHEMAS FROM ${quoteIdentifier(name)}`), /HTTP\/401/);
    const late = openCatalog(short, { kind: 'reference', name: 'another' });
    await assert.rejects(late, /Nessie refused the token that Trino gave/);
    assert.match((await run(sql, count, { ...options, env })).stdout, /\b2\b/);
    const { hash } = await getReference(
      connectNessie({ uri: nessie.uri, login: { kind: 'token-file', path: tokenFile } }),
      BRANCH,
    );
    assert.match((await run(sql, count, { ...options, ref: `@${hash}`, env })).stdout, /\b2\b/);
  });

  test('Trino cannot use a user name and a password for Nessie, and says what to do instead', async () => {
    const login = { kind: 'basic', user: 'ann', password: 'pä:ss-secret' } as const;
    const host = { trino: connection(), staticCatalog, defaultBranch: 'main', endpoints: endpoints(login) };
    const opened = openCatalog(host, { kind: 'reference', name: 'another' });
    await assert.rejects(opened, (error: unknown) => {
      assert.ok(error instanceof NessieError);
      assert.match(error.message, /Trino can give Nessie a bearer token only.*LAKEHOUSE_NESSIE_TOKEN/);
      assert.doesNotMatch(error.message, /pä:ss-secret/);
      return true;
    });
  });
});
