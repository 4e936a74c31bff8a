import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ConfigError, parsePipelineConfig, type SourceConfig } from '../../pipeline/config.ts';
import { loadPipelineConfig } from '../../pipeline/config/load-config.ts';

const SCHEMA = '{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}';
const FILES: Readonly<Record<string, string>> = { './r.avsc': SCHEMA, 'bad.avsc': '{"type":"recor"}' };

function readNearby(file: string): string {
  const text = FILES[file];
  if (text === undefined) throw new Error('no such file');
  return text;
}

function fileWith(source: string): string {
  return `name: p\ntable: n.t\nsource:\n  topic: t\n${source.replace(/^/gm, '  ')}\n`;
}

function sourceOf(source: string): SourceConfig {
  return parsePipelineConfig(fileWith(source), 'p.yaml', readNearby).source;
}

/** The faults of a source as `line: message`; its first line is line 5. */
function faultsOf(source: string): string[] {
  try {
    sourceOf(source);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ line, message }) => `${line}: ${message}`);
  }
}

describe('the format of a source', () => {
  test('is Avro with a registry, or with the file of a schema beside the pipeline file', () => {
    const base = { topics: ['t'], format: 'avro', start: 'earliest' };
    assert.deepEqual(sourceOf('format: avro\nregistry: { url: "http://127.0.0.1:8081/x" }'), {
      ...base,
      schemas: { kind: 'registry', url: 'http://127.0.0.1:8081/x' },
    });
    assert.deepEqual(sourceOf('format: avro\nregistry:\n  url: https://r\n  subject: s'), {
      ...base,
      schemas: { kind: 'registry', url: 'https://r', subject: 's' },
    });
    assert.deepEqual(sourceOf('format: avro\navroSchema: ./r.avsc'), {
      ...base,
      schemas: { kind: 'fixed', schema: SCHEMA },
    });
  });

  test('is CSV with the names of its columns', () => {
    assert.deepEqual(sourceOf('format: csv\ncsv: { columns: [id, Name] }'), {
      topics: ['t'],
      format: 'csv',
      csv: { columns: ['id', 'Name'], delimiter: ',', header: false, nullText: '' },
      start: 'earliest',
    });
    assert.deepEqual(sourceOf('format: csv\ncsv: { header: true, delimiter: "\\t", nullText: \\N }'), {
      topics: ['t'],
      format: 'csv',
      csv: { columns: [], delimiter: '\t', header: true, nullText: '\\N' },
      start: 'earliest',
    });
  });

  test('is refused with the line of what is wrong', () => {
    assert.deepEqual(faultsOf('format: xml'), ['5: source.format must be json or avro or csv.']);
    assert.deepEqual(faultsOf('format: avro'), [
      '4: source.format: avro needs source.registry: { url: http://… }, or source.avroSchema: the file of a schema.',
    ]);
    assert.deepEqual(faultsOf('format: avro\nregistry: { url: http://r }\navroSchema: ./r.avsc'), [
      '4: Give source.registry or source.avroSchema, not both.',
    ]);
    assert.deepEqual(faultsOf('format: avro\nregistry: { subject: s }'), [
      '6: source.registry.url is missing, e.g. http://127.0.0.1:8081.',
    ]);
    assert.deepEqual(faultsOf('format: avro\nregistry:\n  url: ftp://r'), [
      '7: source.registry.url must be an http or https address, e.g. http://127.0.0.1:8081.',
    ]);
    assert.deepEqual(faultsOf('format: avro\navroSchema: gone.avsc'), [
      '6: source.avroSchema gone.avsc: no such file',
    ]);
    assert.deepEqual(faultsOf('format: avro\navroSchema: bad.avsc'), [
      '6: source.avroSchema bad.avsc: The Avro schema names the type "recor", which it does not define.',
    ]);
    assert.deepEqual(faultsOf('csv: { columns: [a] }\nregistry: { url: http://r }'), [
      '6: source.registry is only for source.format: avro.',
      '5: source.csv is only for source.format: csv.',
    ]);
    assert.deepEqual(faultsOf('format: csv\ncsv: { columns: [] }'), [
      '6: source.csv.columns must be a list of names, e.g. [id, price].',
    ]);
    assert.deepEqual(faultsOf('format: csv\ncsv: { columns: [a, a], delimiter: ";;", header: no }'), [
      '6: source.csv.header must be true or false.',
      '6: source.csv.columns names the column "a" twice.',
      '6: source.csv.delimiter must be one character, e.g. ";" or "\\t".',
    ]);
    assert.deepEqual(faultsOf('format: csv\ncsv: { delimiter: "," }'), [
      '6: source.csv.columns is missing: the names of the columns in their order.',
    ]);
  });

  test('never has a login in its file, and a fault does not repeat it', () => {
    const [fault, ...others] = faultsOf('format: avro\nregistry: { url: "http://me:s3cret@r" }');
    assert.match(
      fault ?? '',
      /^6: source.registry.url must not hold a login: set LAKEHOUSE_REGISTRY_USERNAME/,
    );
    assert.doesNotMatch(fault ?? '', /s3cret/);
    assert.deepEqual(others, []);
  });
});

describe('loading a pipeline file', () => {
  test('finds the schema beside it, and adds the login of the registry', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-config-'));
    try {
      writeFileSync(path.join(folder, 'r.avsc'), SCHEMA);
      const file = path.join(folder, 'p.pipeline.yaml');
      writeFileSync(file, fileWith('format: avro\navroSchema: ./r.avsc'));
      const fixed = await loadPipelineConfig(file);
      assert.deepEqual(fixed.source.format === 'avro' && fixed.source.schemas, {
        kind: 'fixed',
        schema: SCHEMA,
      });
      writeFileSync(file, fileWith('format: avro\nregistry: { url: http://r }'));
      const registryLogin = { kind: 'bearer', token: 'x' } as const;
      const { source } = await loadPipelineConfig(file, { registryLogin });
      assert.deepEqual(source.format === 'avro' && source.schemas, {
        kind: 'registry',
        url: 'http://r',
        login: registryLogin,
      });
      writeFileSync(file, 'name: p');
      await assert.rejects(loadPipelineConfig(file), /^ConfigError: p\.pipeline\.yaml:1:1: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
