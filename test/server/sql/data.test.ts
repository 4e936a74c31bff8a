import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METADATA_TABLES } from '../../../server/sql/metadata-tables.ts';
import { PROCEDURES } from '../../../server/sql/procedures.ts';
import { propertiesOf } from '../../../server/sql/properties.ts';
import { TYPES } from '../../../server/sql/types.ts';

describe('the data about Iceberg in Trino', () => {
  test('all 17 table properties of release 483 are there, with a summary each', () => {
    const table = propertiesOf('table');
    assert.equal(table.length, 17);
    assert.deepEqual(
      table.filter(property => property.summary === ''),
      [],
    );
    assert.deepEqual(
      table.filter(property => property.isNewerThanRecorded === true).map(property => property.name),
      [
        'compression_codec',
        'delete_after_commit_enabled',
        'max_previous_versions',
        'parquet_writer_row_group_size',
        'target_max_file_size',
      ],
    );
  });

  test('properties with few values list them as SQL literals', () => {
    const format = propertiesOf('table').find(property => property.name === 'format');
    assert.deepEqual(format, {
      kind: 'table',
      name: 'format',
      type: 'varchar',
      defaultValue: 'PARQUET',
      summary: 'file format of new data files',
      values: ["'PARQUET'", "'ORC'", "'AVRO'"],
    });
    const layout = propertiesOf('table').find(property => property.name === 'object_store_layout_enabled');
    assert.deepEqual(layout?.values, ['true', 'false']);
  });

  test('schemas, ANALYZE, materialized views and sessions have their own properties', () => {
    assert.deepEqual(
      propertiesOf('schema').map(property => property.name),
      ['location'],
    );
    assert.deepEqual(
      propertiesOf('analyze').map(property => property.name),
      ['columns'],
    );
    assert.deepEqual(propertiesOf('column'), []);
    assert.ok(propertiesOf('materialized_view').some(property => property.name === 'storage_schema'));
    assert.ok(propertiesOf('session').length > 100);
  });

  test('the metadata tables have their columns', () => {
    assert.deepEqual(
      METADATA_TABLES.map(table => table.name),
      [
        'properties',
        'history',
        'metadata_log_entries',
        'snapshots',
        'manifests',
        'all_manifests',
        'partitions',
        'files',
        'entries',
        'all_entries',
        'refs',
      ],
    );
    const snapshots = METADATA_TABLES.find(table => table.name === 'snapshots');
    assert.deepEqual(snapshots?.columns[1], { name: 'snapshot_id', type: 'bigint' });
    assert.ok(METADATA_TABLES.every(table => table.summary !== ''));
  });

  test('procedures name their arguments, and required ones come first in calls by position', () => {
    const register = PROCEDURES.find(procedure => procedure.name === 'register_table');
    assert.deepEqual(
      register?.arguments.map(argument => [argument.name, argument.isRequired]),
      [
        ['schema_name', true],
        ['table_name', true],
        ['table_location', true],
        ['metadata_file_name', false],
      ],
    );
    for (const procedure of PROCEDURES) {
      const required = procedure.arguments.map(argument => argument.isRequired);
      assert.deepEqual(
        required,
        [...required].sort((a, b) => Number(b) - Number(a)),
        procedure.name,
      );
    }
  });

  test('every type has a summary, and those of Iceberg are marked', () => {
    assert.ok(TYPES.every(type => type.summary !== ''));
    assert.deepEqual(
      TYPES.filter(type => type.isInIceberg && !type.hasTypedLiteral).map(type => type.name),
      ['array', 'map', 'row'],
    );
  });
});
