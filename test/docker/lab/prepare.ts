/** Puts the servers of the artifact cache into the image folders of a lab: `node prepare.ts <folder>`. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fetchArtifact } from '../../../docker/artifacts/fetch.ts';
import { type ArtifactName, ARTIFACTS } from '../../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../../docker/home.ts';
import { findJava, JVM_DIRECTORIES } from '../../../docker/jdk.ts';

const images = path.join(path.resolve(process.argv[2] ?? 'lab'), 'images');
cpSync(path.join(import.meta.dirname, 'images'), images, { recursive: true });

const [kafka, nessie, trino, minio, seaweedfs] = await Promise.all(
  (['kafka', 'nessie', 'trino', 'minio', 'seaweedfs'] as const).map(name => fetchWhole(name)),
);
await linkRuntime(path.join(images, 'jre/jre25'));
placeFile(path.join(seaweedfs ?? '', 'weed'), path.join(images, 'seaweedfs/weed'));
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

/** A Java runtime out of this machine's JDK, with the module that Trino's configuration names. */
async function linkRuntime(target: string): Promise<void> {
  if (existsSync(target)) return;
  const { best } = await findJava({ env: process.env, jvmDirectories: JVM_DIRECTORIES });
  const jlink = path.join(path.dirname(best?.binary ?? ''), 'jlink');
  if (best === undefined || !existsSync(jlink)) throw new Error('A JDK 24 or newer with jlink is needed.');
  const listed = execFileSync(best.binary, ['--list-modules'], { encoding: 'utf8' });
  // A JDK without jmods cannot link jlink itself, nor what needs it; compilers and tools are not wanted either.
  const unwanted = /^jdk\.(jlink|jpackage|graal|jshell|javadoc|editpad|jconsole|internal\.vm\.ci)/;
  const names = [...listed.matchAll(/^([\w.]+)@/gm)].map(match => match[1] ?? '');
  const modules = names.filter(name => !unwanted.test(name));
  const strip = ['--strip-debug', '--no-header-files', '--no-man-pages', '--compress=zip-6'];
  execFileSync(jlink, ['--add-modules', modules.join(','), ...strip, '--output', target]);
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
