import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { parseCatalogFile, parseProperties, pluginOf } from '../../docker/federation/catalog-file.ts';
import { firstCause, readCatalogFolder } from '../../docker/federation/sync.ts';

describe('a properties file', () => {
  test('is read as Java reads it', () => {
    const text =
      '\uFEFFa=1\r\n# comment\n! another\n  b : two words \nc   3\nd=\\u00fc\\ttab\ne=one\\\n   two\nf\\=g=h\nempty=\nback=\\\\\nnext=n\n';
    assert.deepEqual(parseProperties(text), {
      a: '1',
      b: 'two words ',
      c: '3',
      d: 'ü\ttab',
      e: 'onetwo',
      'f=g': 'h',
      empty: '',
      back: '\\',
      next: 'n',
    });
    assert.deepEqual(Object.entries(parseProperties('__proto__=x')), [['__proto__', 'x']]);
  });
});

describe('a catalog file', () => {
  const text =
    'connector.name=postgresql\nconnection-url=jdbc:postgresql://localhost/x\nconnection-password=${ENV:PG_PASSWORD}\n';

  test('gives the connector, the properties and the variables that it names', () => {
    const file = parseCatalogFile('crm', text);
    assert.equal(file.connector, 'postgresql');
    assert.deepEqual(file.properties, {
      'connection-url': 'jdbc:postgresql://localhost/x',
      'connection-password': '${ENV:PG_PASSWORD}',
    });
    assert.deepEqual(file.variables, ['PG_PASSWORD']);
  });

  test('has the same digest until something in it changes', () => {
    const { digest } = parseCatalogFile('crm', text);
    assert.equal(parseCatalogFile('crm', `# a comment\n${text}`).digest, digest);
    assert.notEqual(parseCatalogFile('crm', text.replace('localhost', 'db')).digest, digest);
  });

  test('without a connector, with a name that is taken or cannot be one, is refused in a sentence', () => {
    assert.throws(() => parseCatalogFile('crm', 'a=b'), /names no connector: connector\.name is missing/);
    assert.throws(
      () => parseCatalogFile('iceberg', text),
      /catalog iceberg is the lakehouse's own: rename iceberg\.properties/,
    );
    assert.throws(() => parseCatalogFile('My DB', text), /rename My DB\.properties/);
    assert.throws(() => parseCatalogFile('crm', 'connector.name=../x'), /cannot be the name of a connector/);
  });

  test('names the plugin folder of its connector', () => {
    assert.deepEqual(['postgresql', 'delta_lake', 'gsheets'].map(pluginOf), [
      'postgresql',
      'delta-lake',
      'google-sheets',
    ]);
  });
});

describe('a folder of catalog files', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'catalogs-'));
  after(() => rmSync(folder, { recursive: true }));

  test('gives what can be read and tells the faults of the rest', () => {
    writeFileSync(path.join(folder, 'good.properties'), 'connector.name=memory\n');
    writeFileSync(path.join(folder, 'broken.properties'), 'no connector\n');
    writeFileSync(path.join(folder, 'README.md'), '');
    const { files, faults } = readCatalogFolder(folder);
    assert.deepEqual(
      files.map(file => file.name),
      ['good'],
    );
    assert.deepEqual(
      faults.map(fault => fault.name),
      ['broken'],
    );
  });

  test('that is not there has none', () => {
    assert.deepEqual(readCatalogFolder(path.join(folder, 'missing')), { files: [], faults: [] });
  });
});

describe('the answer of Trino to a bad catalog', () => {
  test('is cut down to its first cause', () => {
    const pages =
      'Unable to create injector, see the following errors:\n\n1) [Guice/ErrorInjectingConstructor]: TypeNotFoundException: Unknown type: Geometry\n  at X.<init>(Unknown Source)\n\n2) …';
    assert.equal(firstCause(pages), 'TypeNotFoundException: Unknown type: Geometry');
    const invalid =
      "Configuration is invalid\n==========\n\nErrors:\n\n1) Configuration property 'x' was not used\n\n==========";
    assert.equal(firstCause(invalid), "Configuration property 'x' was not used");
    assert.equal(firstCause('Invalid connector name: nowhere'), 'Invalid connector name: nowhere');
  });
});
