import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** Trino 476 is compiled for Java 24; Kafka and Nessie need less. */
const MIN_JAVA_VERSION = 24;
const VERSION_TIMEOUT_MS = 20_000;

/** A Java that was looked at. */
export interface Java {
  /** The `java` binary with links resolved. */
  readonly binary: string;
  /** As it calls itself, e.g. `25.0.1`; absent when it could not be asked. */
  readonly version?: string;
  /** Whether `jdk.incubator.vector` is among its modules. */
  readonly hasVectorModule: boolean;
}

/** What finding a Java needs to know of the world. */
export interface JavaSearch {
  readonly env: NodeJS.ProcessEnv;
  /** Directories whose entries are JDKs. */
  readonly jvmDirectories: readonly string[];
}

export const JVM_DIRECTORIES: readonly string[] =
  process.platform === 'darwin'
    ? ['/Library/Java/JavaVirtualMachines']
    : ['/usr/lib/jvm', '/usr/java', '/opt/java'];

/** The newest Java that is new enough, if any, and every one that was looked at, for the error text. */
export async function findJava(
  search: JavaSearch,
): Promise<{ readonly best: Java | undefined; readonly seen: readonly Java[] }> {
  const seen = await Promise.all(candidates(search).map(binary => lookAt(binary)));
  return { best: chooseJava(seen), seen };
}

/** The newest of those that are new enough; the first one wins among equals. */
export function chooseJava(seen: readonly Java[]): Java | undefined {
  return seen
    .filter(java => majorVersion(java.version) >= MIN_JAVA_VERSION)
    .reduce<Java | undefined>(
      (best, java) => (best && majorVersion(best.version) >= majorVersion(java.version) ? best : java),
      undefined,
    );
}

/** `Java 24 or newer is needed. Looked at: /usr/lib/jvm/java-17/bin/java (17.0.15).` */
export function describeMissingJava(seen: readonly Java[]): string {
  const list = seen.map(java => `${java.binary} (${java.version ?? 'does not run'})`);
  const looked =
    list.length === 0
      ? 'None was found in JAVA_HOME, on PATH or among the system’s'
      : `Looked at: ${list.join(', ')}`;
  return `Java ${MIN_JAVA_VERSION} or newer is needed. ${looked}.`;
}

/** 25 for `25.0.1`, 8 for `1.8.0_402`, 0 for what cannot be read. */
export function majorVersion(version: string | undefined): number {
  const [first = '', second = ''] = (version ?? '').split(/[.\-+_]/);
  return Number(first === '1' ? second : first) || 0;
}

/** Reads a JDK's `release` file: `JAVA_VERSION="25.0.1"` and `MODULES="java.base …"`. */
export function parseRelease(text: string): { version?: string; hasVectorModule: boolean } {
  const version = /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1];
  const modules = /^MODULES="([^"]*)"/m.exec(text)?.[1] ?? '';
  return {
    ...(version === undefined ? {} : { version }),
    hasVectorModule: modules.split(' ').includes('jdk.incubator.vector'),
  };
}

/** Reads `java.version` and the module list out of what a Java prints about itself. */
export function parseJavaSettings(text: string): { version?: string; hasVectorModule: boolean } {
  const version = /^[ \t]*java\.version = (\S+)[ \t\r]*$/m.exec(text)?.[1];
  return {
    ...(version === undefined ? {} : { version }),
    hasVectorModule: /^jdk\.incubator\.vector\b/m.test(text),
  };
}

function candidates({ env, jvmDirectories }: JavaSearch): string[] {
  const homes = [env['JAVA_HOME'] ?? '', ...jvmDirectories.flatMap(directory => jdksIn(directory))];
  const onPath = (env['PATH'] ?? '').split(path.delimiter).filter(item => item !== '');
  const binaries = [...homes.filter(home => home !== '').map(home => path.join(home, 'bin')), ...onPath];
  return [...new Set(binaries.flatMap(directory => realPath(path.join(directory, 'java')) ?? []))];
}

function jdksIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory).sort();
    return entries.map(entry =>
      path.join(directory, entry, process.platform === 'darwin' ? 'Contents/Home' : ''),
    );
  } catch {
    // There is no such directory on this system.
    return [];
  }
}

/** Its `release` file tells at once; a Java without one is run. */
async function lookAt(binary: string): Promise<Java> {
  const release = readIfThere(path.join(path.dirname(binary), '..', 'release'));
  const told = release === undefined ? undefined : parseRelease(release);
  return told?.version === undefined ? askJava(binary) : { binary, ...told };
}

async function askJava(binary: string): Promise<Java> {
  try {
    const run = promisify(execFile);
    const limits = { timeout: VERSION_TIMEOUT_MS };
    const settings = await run(binary, ['-XshowSettings:properties', '-version'], limits);
    const modules = await run(binary, ['--list-modules'], limits).catch(() => ({ stdout: '' }));
    return { binary, ...parseJavaSettings(`${settings.stderr}\n${modules.stdout}`) };
  } catch {
    // The macOS stub without a JDK, a broken link, another processor's binary: listed as not running.
    return { binary, hasVectorModule: false };
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
