import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

const LAYER_BYTES = 6 << 20;
const LAYERS = 3;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Puts an image of random layers into a registry over its own protocol (OCI Distribution Specification, "Pushing") and
 * answers its digest. No engine has made it, so that none has a layer of it: some keep those of images that were removed.
 */
export async function pushRandomImage(registry: string, repository: string, tag: string): Promise<string> {
  const layers = await Promise.all(Array.from({ length: LAYERS }, (_, i) => makeLayer(`file-${i}`)));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(layer => digestOf(layer)) },
    }),
  );
  const base = `${registry}/v2/${repository}`;
  const described = async (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    const begun = await request(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', registry);
    place.searchParams.set('digest', digest);
    await request(place.href, { method: 'PUT', body: new Uint8Array(bytes) });
    return { mediaType, size: bytes.length, digest };
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: await described('application/vnd.docker.container.image.v1+json', config),
    layers: await Promise.all(
      layers.map(layer =>
        described('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync(layer, { level: 0 })),
      ),
    ),
  });
  const headers = { 'content-type': MANIFEST };
  await request(`${base}/manifests/${tag}`, { method: 'PUT', body: manifest, headers });
  return digestOf(Buffer.from(manifest));
}

async function makeLayer(name: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name }, randomBytes(LAYER_BYTES));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
