/** Puts the servers of the artifact cache into the image folders of a lab: `node prepare.ts <folder>`. */
import { cpSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fetchArtifact } from '../../../docker/artifacts/fetch.ts';
import { type ArtifactName, ARTIFACTS } from '../../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../../docker/home.ts';

const images = path.join(path.resolve(process.argv[2] ?? 'lab'), 'images');
cpSync(path.join(import.meta.dirname, 'images'), images, { recursive: true });

const [kafka, nessie, trino, minio] = await Promise.all(
  (['kafka', 'nessie', 'trino', 'minio'] as const).map(name => fetchWhole(name)),
);
copyTree(path.join(kafka ?? '', 'lib'), path.join(images, 'kafka/opt/kafka/libs'));
mkdirSync(path.join(images, 'nessie/deployments'), { recursive: true });
placeFile(
  path.join(nessie ?? '', ARTIFACTS.nessie.entry),
  path.join(images, 'nessie/deployments/quarkus-run.jar'),
);
placeFile(path.join(minio ?? '', 'minio'), path.join(images, 'minio/minio'));
const server = path.join(images, 'trino/usr/lib/trino');
for (const folder of [
  'lib',
  'bin',
  'plugin/iceberg',
  'plugin/tpch',
  'plugin/geospatial',
  'plugin/postgresql',
])
  copyTree(path.join(trino ?? '', folder), path.join(server, folder));

function fetchWhole(name: ArtifactName): Promise<string> {
  return fetchArtifact(ARTIFACTS[name], {
    cacheDirectory: findCacheDirectory(process.env),
    env: process.env,
    poms: path.resolve(import.meta.dirname, '../../../docker/artifacts'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** Copies a folder; the build context must hold files, not links out of it. */
function copyTree(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

function placeFile(from: string, to: string): void {
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    // The cache lies on another file system.
    cpSync(from, to);
  }
}
