import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { build } from 'esbuild';
import { NODE_BUNDLES, ROOT } from '../../bin/bundle-layout.ts';

describe('the bundled Docker client', () => {
  test('comes without gRPC and SSH, which nothing here uses', async () => {
    const { metafile } = await build({
      ...NODE_BUNDLES,
      entryPoints: [path.join(ROOT, 'docker', 'engine.ts')],
      absWorkingDir: ROOT,
      outdir: 'dist',
      bundle: true,
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs);
    const packages = new Set(inputs.map(file => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]));
    assert.ok(packages.has('dockerode') && packages.has('docker-modem'));
    const left = ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'ssh2'];
    assert.deepEqual(
      left.filter(name => packages.has(name)),
      [],
    );
  });
});
