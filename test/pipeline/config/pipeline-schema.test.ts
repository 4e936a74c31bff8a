import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { readConfig } from '../../../pipeline/config/read-config.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const EXAMPLES = path.join(ROOT, 'examples');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

const schema = JSON.parse(readFileSync(path.join(ROOT, 'syntaxes/pipeline.schema.json'), 'utf8')) as Schema;

/** What the reader knows of a mapping, by its complaint about a member that nobody knows. */
function knownMembers(text: string): string[] {
  const { faults } = readConfig(text);
  const found = faults.map(({ message }) => /has no setting "zzz"; known are (.*)\.$/.exec(message)?.[1]);
  return found.find(list => list !== undefined)?.split(', ') ?? [];
}

function file(settings: string): string {
  return `name: p\nsource: { topic: t }\ntable: a.b\n${settings}`;
}

/** Where each mapping of the schema stands in a pipeline file. */
const PLACES: readonly (readonly [at: string, text: string, find: (root: Schema) => Schema | undefined])[] = [
  ['the file', file('zzz: 1'), root => root],
  ['source', 'source: { zzz: 1 }', root => root.properties?.['source']],
  [
    'registry',
    'source: { topic: t, format: avro, registry: { zzz: 1 } }',
    root => within(root, 'source', 'registry'),
  ],
  ['csv', 'source: { topic: t, format: csv, csv: { zzz: 1 } }', root => within(root, 'source', 'csv')],
  [
    'a column',
    file('columns: { c: { zzz: 1 } }'),
    root => mapping(root.properties?.['columns']?.additionalProperties),
  ],
  ['route', file('route: { zzz: 1 }'), root => mapping(root.properties?.['route'])],
  [
    'a table of a route',
    file('route: { field: f, tables: { v: { zzz: 1 } } }'),
    root => mapping(mapping(root.properties?.['route'])?.properties?.['tables']?.additionalProperties),
  ],
  ['commit', file('commit: { zzz: 1 }'), root => root.properties?.['commit']],
  ['files', file('files: { zzz: 1 }'), root => root.properties?.['files']],
  ['maintenance', file('maintenance: { zzz: 1 }'), root => mapping(root.properties?.['maintenance'])],
  ['onError', file('onError: { zzz: 1 }'), root => mapping(root.properties?.['onError'])],
  ['drift', file('drift: { zzz: 1 }'), root => mapping(root.properties?.['drift'])],
];

function within(root: Schema, outer: string, inner: string): Schema | undefined {
  return root.properties?.[outer]?.properties?.[inner];
}

function mapping(of: Schema | boolean | undefined): Schema | undefined {
  if (of === undefined || typeof of === 'boolean') return undefined;
  return of.oneOf?.find(item => item.properties !== undefined) ?? of;
}

describe('the JSON schema of pipeline files', () => {
  for (const [at, text, find] of PLACES) {
    test(`knows the settings of ${at} as the reader does`, () => {
      const known = knownMembers(text);
      assert.ok(known.length > 0, 'the reader knows some');
      assert.deepEqual(Object.keys(find(schema)?.properties ?? {}).sort(), known.sort());
    });
  }

  test('says of every setting of the file what it is for', () => {
    for (const [name, { description }] of Object.entries(schema.properties ?? {}))
      assert.ok((description?.length ?? 0) > 10, name);
  });

  test('knows the words that the reader takes', () => {
    for (const [at, words] of Object.entries({
      onError: ['deadLetter', 'fail', 'skip'],
      drift: ['add', 'ignore', 'deadLetter'],
      members: ['single', 'shared'],
    })) {
      const setting = schema.properties?.[at];
      assert.deepEqual((setting?.oneOf?.find(item => item.enum !== undefined) ?? setting)?.enum, words);
      for (const word of words) assert.deepEqual(readConfig(file(`${at}: ${word}`)).faults, []);
    }
  });
});

describe('the pipeline files among the examples', () => {
  const examples = readdirSync(EXAMPLES).filter(name => name.endsWith('.pipeline.yaml'));
  assert.ok(examples.length >= 4);
  for (const name of examples) {
    test(`${name} has no fault`, () => {
      const near = (file: string): string => readFileSync(path.join(EXAMPLES, file), 'utf8');
      const { faults } = readConfig(readFileSync(path.join(EXAMPLES, name), 'utf8'), near);
      assert.deepEqual(faults, []);
    });
  }
});
