import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CompletionList } from 'vscode-languageserver-protocol';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import {
  connectNessie,
  createReference,
  deleteReference,
  getConfig,
  getReference,
} from '../../../catalog/nessie.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { VALIDATE_REQUEST, type ValidateResult } from '../../../server/protocol.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SCHEMA = `lsp_${process.pid}`;
const DEADLINE_MS = 30_000;

describe('the language server as a program, on a real lakehouse', () => {
  const endpoints = testEndpoints();
  const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
  const run = (sql: string) => queryAll(trino, sql);
  const catalog = endpoints.trino.catalog;
  let folder = '';
  let client: ProtocolConnection;
  let end: () => void;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lakehouse-lsp-'));
    const file = path.join(folder, 'endpoints.json');
    await writeFile(file, JSON.stringify(endpoints), { mode: 0o600 });
    await run(`CREATE SCHEMA ${catalog}.${SCHEMA}`);
    await run(
      `CREATE TABLE ${catalog}.${SCHEMA}.trips (id bigint, place row(zone varchar, borough varchar), started timestamp(6))
       WITH (partitioning = ARRAY['day(started)'])`,
    );
    await run(
      `INSERT INTO ${catalog}.${SCHEMA}.trips VALUES (1, ROW('a', 'b'), TIMESTAMP '2026-01-01 00:00:00')`,
    );
    ({ client, end } = await startServer(file, folder));
  });

  after(async () => {
    end();
    await run(`DROP SCHEMA IF EXISTS ${catalog}.${SCHEMA} CASCADE`);
    await rm(folder, { recursive: true, force: true });
  });

  test('completes tables that Nessie lists and columns from the metadata file', async () => {
    await until(complete(`SELECT * FROM ${catalog}.${SCHEMA}.<|>`), labels => labels.includes('trips'));
    const columns = await until(complete(`SELECT <|> FROM ${SCHEMA}.trips`), labels =>
      labels.includes('started'),
    );
    assert.ok(columns.includes('place'));
    const fields = await until(
      complete(`SELECT place.<|> FROM ${SCHEMA}.trips`),
      labels => labels.length > 0,
    );
    assert.deepEqual(fields.slice(0, 2), ['zone', 'borough']);
  });

  test('offers the snapshots that the table really has', async () => {
    const { rows } = await run(`SELECT snapshot_id FROM ${catalog}.${SCHEMA}."trips$snapshots"`);
    const ids = rows.map(row => `${row[0] as bigint}`);
    const offered = await until(complete(`SELECT * FROM ${SCHEMA}.trips FOR VERSION AS OF <|>`), labels =>
      labels.some(label => ids.includes(label)),
    );
    for (const id of ids) assert.ok(offered.includes(id), `${id} among ${offered.slice(0, 5).join(', ')}`);
  });

  test('sees a table that somebody else made after it was told to look', async () => {
    await run(`CREATE TABLE ${catalog}.${SCHEMA}.later (x integer)`);
    await client.sendNotification('lakehouse/refresh');
    await until(complete(`SELECT * FROM ${SCHEMA}.<|>`), labels => labels.includes('later'));
  });

  test('completes the tables of a catalog that only Trino knows', async () => {
    await until(complete('SELECT * FROM tpch.tiny.<|>'), labels => labels.includes('lineitem'));
    await until(complete('SELECT <|> FROM tpch.tiny.nation'), labels => labels.includes('regionkey'));
  });

  test('reads information_schema only by schema, and columns only by table', async () => {
    const { rows } = await run(
      `SELECT query FROM system.runtime.queries
       WHERE source = 'lakehouse-language-server' AND query LIKE '%information_schema%'`,
    );
    const queries = rows.map(row => row[0] as string);
    assert.ok(queries.length > 0, 'the test before this one has asked for tables and columns of tpch');
    for (const query of queries) {
      assert.match(query, /WHERE table_schema = '/);
      if (query.includes('information_schema.columns')) assert.match(query, /AND table_name IN \('/);
    }
  });

  test('completes the tables of a branch that no Trino catalog shows yet', async () => {
    const nessie = connectNessie({ uri: endpoints.nessie.uri });
    const { defaultBranch } = await getConfig(nessie);
    const { hash } = await getReference(nessie, defaultBranch);
    const branch = `lsp/branch-${process.pid}`;
    const made = await createReference(nessie, {
      name: branch,
      type: 'BRANCH',
      from: { name: defaultBranch, hash },
    });
    try {
      await client.sendNotification('lakehouse/refresh');
      const text = `-- @branch ${branch}\nSELECT * FROM ${SCHEMA}.<|>`;
      await until(complete(text), labels => labels.includes('trips'));
      const { rows } = await run('SHOW CATALOGS');
      assert.ok(!rows.some(row => (row[0] as string).includes('lsp_branch')), 'nobody had to make one');
    } finally {
      await deleteReference(nessie, { reference: made });
    }
  });

  test('asks Trino on request and says where it disagrees', async () => {
    const uri = await open('SELECT 1;\nSELECT id,\n  nothing_like_it FROM unknown_catalog.a.b');
    const published = diagnosticsOf(uri);
    const result = await client.sendRequest<ValidateResult>(VALIDATE_REQUEST, { uri });
    assert.deepEqual(result, { checked: 2, refused: 1 });
    const [problem] = await published;
    assert.equal(problem?.source, 'Trino');
    assert.equal(problem.range.start.line, 2);
  });

  test('warns of what the release of this Trino does not know yet', async () => {
    const { rows } = await run('SELECT version()');
    const release = Number.parseInt(rows[0]?.[0] as string, 10);
    assert.ok(release < 482, 'with a newer Trino this test needs a newer construct');
    const [warning] = await diagnosticsOf(await open('SELECT 1 IS TRUE'));
    assert.match(warning?.message ?? '', new RegExp(`needs Trino 482; the server is ${release}`));
  });

  test('offers for a catalog the session properties that this Trino lists for it, and no others', async () => {
    const { rows } = await run(`SHOW SESSION LIKE '${catalog}.%'`);
    const names = rows.map(row => (row[0] as string).slice(catalog.length + 1));
    const offered = await until(complete(`SET SESSION ${catalog}.<|>`), labels => labels.length > 0);
    assert.deepEqual([...offered].sort(), names.sort());
    await until(complete('SET SESSION tpch.<|>'), labels => labels.length === 0);
  });

  let documents = 0;
  async function open(text: string): Promise<string> {
    const uri = `file:///${documents++}.sql`;
    await client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version: 1, text },
    });
    return uri;
  }

  function complete(marked: string): () => Promise<string[]> {
    const before = marked.slice(0, marked.indexOf('<|>')).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const uri = open(marked.replace('<|>', ''));
    return async () => {
      const params = { textDocument: { uri: await uri }, position };
      const list = await client.sendRequest<CompletionList>('textDocument/completion', params);
      return list.items.map(item => item.label);
    };
  }

  function diagnosticsOf(
    uri: string,
  ): Promise<{ source: string; message: string; range: { start: { line: number } } }[]> {
    return new Promise(resolve => {
      client.onNotification(
        'textDocument/publishDiagnostics',
        (params: { uri: string; diagnostics: never[] }) => {
          if (params.uri === uri && params.diagnostics.length > 0) resolve(params.diagnostics);
        },
      );
    });
  }
});

async function startServer(
  endpointsFile: string,
  cache: string,
): Promise<{ client: ProtocolConnection; end: () => void }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/language-server.ts'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  const client = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  client.listen();
  await client.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { endpointsFile },
  });
  await client.sendNotification('initialized', {});
  return {
    client,
    end: () => {
      client.dispose();
      child.kill();
    },
  };
}

/** Asks again until the answer is right: the server reads its catalogs in the background. */
async function until(
  ask: () => Promise<string[]>,
  isRight: (labels: string[]) => boolean,
): Promise<string[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const labels = await ask();
    if (isRight(labels)) return labels;
    assert.ok(
      Date.now() < deadline,
      `not within ${DEADLINE_MS} ms; the list begins ${labels.slice(0, 8).join(', ')}`,
    );
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
