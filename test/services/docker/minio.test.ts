import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findArtifact } from '../../../docker/artifacts/fetch.ts';
import { ARTIFACTS } from '../../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../../docker/home.ts';
import { AUTO_PORTS, isInstalled, openTemporaryLakehouse, queryTrino } from './stack-clients.ts';

const isHere = findArtifact(ARTIFACTS.minio, findCacheDirectory(process.env)) !== undefined;
const skip =
  isHere || isInstalled('go') ? false : 'MinIO is compiled from its Go module and there is no Go here';

describe('a lakehouse on MinIO', { skip }, () => {
  test('holds tables like the default one, and cannot be changed to another store while it does', async () => {
    await using stack = openTemporaryLakehouse();
    const { lakehouse } = stack;
    const status = await lakehouse.up({ settings: { ports: AUTO_PORTS, objectStore: 'minio' } });
    assert.equal(status.services.objectStore.title, 'MinIO');
    const endpoints = await lakehouse.endpoints();
    await queryTrino(endpoints, 'CREATE SCHEMA iceberg.on_minio');
    await queryTrino(endpoints, 'CREATE TABLE iceberg.on_minio.nation AS SELECT * FROM tpch.tiny.nation');
    assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM iceberg.on_minio.nation'), [[25]]);
    await assert.rejects(
      lakehouse.up({ settings: { objectStore: 'seaweedfs' } }),
      /The tables of this lakehouse lie in minio.*'lakehouse reset'/,
    );
  });
});
