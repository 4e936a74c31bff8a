import { cp, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { type Artifact, type ArtifactSource, MAVEN_DEPENDENCY_PLUGIN } from './table.ts';
import { runTool, ToolError } from './tool.ts';

/** What a package client needs to fetch into a working directory of its own. */
export interface ClientRun {
  readonly work: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that holds `pom.xml`. */
  readonly poms: string;
  readonly signal: AbortSignal;
}

type Source<K extends ArtifactSource['kind']> = Extract<ArtifactSource, { kind: K }>;

/** Fetches one file of a Maven repository; answers its path. The local repository lies in the working directory. */
export async function fetchMavenFile(source: Source<'maven-file'>, run: ClientRun): Promise<string> {
  const [group = '', name = '', version = ''] = source.coordinates.split(':');
  await maven(run, ['get', `-Dartifact=${source.coordinates}`, '-Dtransitive=false']);
  return path.join(run.work, 'repository', ...group.split('.'), name, version, source.file.name);
}

/** Copies what `pom.xml` needs at run time into `<work>/lib`; answers that folder. */
export async function fetchMavenClasspath(run: ClientRun): Promise<string> {
  const lib = path.join(run.work, 'lib');
  // Maven writes beside the file it was given, so it gets a copy: the original may lie where nobody can write.
  await cp(path.join(run.poms, 'pom.xml'), path.join(run.work, 'pom.xml'));
  const pom = ['-f', path.join(run.work, 'pom.xml')];
  await maven(run, ['copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`], pom);
  return lib;
}

/** Downloads this platform's wheel; answers its path. pip checks it against the index's own hash. */
export async function fetchWheel(source: Source<'wheel'>, run: ClientRun): Promise<string> {
  const out = path.join(run.work, 'wheel');
  const temporary = path.join(run.work, 'tmp');
  await Promise.all([mkdir(out, { recursive: true }), mkdir(temporary, { recursive: true })]);
  const args = ['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar=off'];
  // pip downloads into its temporary directory first: there the progress can be seen.
  const env = { ...run.env, TMPDIR: temporary };
  await pip([...args, '--dest', out, source.requirement], { ...run, env });
  const wheel = (await readdir(out)).find(name => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${source.requirement}.`);
  return path.join(out, wheel);
}

/** Compiles a Go program; answers the binary's path. Modules and build cache go into the working directory. */
export async function buildGoProgram(
  artifact: Artifact,
  source: Source<'go'>,
  run: ClientRun,
): Promise<string> {
  const bin = path.join(run.work, 'bin');
  const env = {
    ...run.env,
    GOBIN: bin,
    GOPATH: path.join(run.work, 'go'),
    GOCACHE: path.join(run.work, 'build'),
    GOFLAGS: `${run.env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
    CGO_ENABLED: '0',
  };
  try {
    await runTool({
      command: 'go',
      args: ['install', source.module],
      cwd: run.work,
      env,
      signal: run.signal,
    });
  } catch (error) {
    if (!(error instanceof ToolError) || !error.isMissing) throw error;
    throw new Error(
      `${artifact.title} is compiled from its Go module: install Go, or use another object store.`,
    );
  }
  return path.join(bin, source.binary);
}

/** Moves a file to its place in the unpacked artifact; both lie in the same cache. */
export async function moveInto(file: string, directory: string): Promise<void> {
  await rename(file, path.join(directory, path.basename(file)));
}

async function maven(
  run: ClientRun,
  goal: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  const [name = '', ...rest] = goal;
  const repository = `-Dmaven.repo.local=${path.join(run.work, 'repository')}`;
  const args = ['-B', '-q', '-ntp', repository, ...options, `${MAVEN_DEPENDENCY_PLUGIN}:${name}`, ...rest];
  try {
    await runTool({ command: 'mvn', args, cwd: run.work, env: run.env, signal: run.signal });
  } catch (error) {
    if (!(error instanceof ToolError) || !error.isMissing) throw error;
    throw new Error('Maven fetches the servers, and `mvn` is not on the PATH: install Maven 3.6 or newer.');
  }
}

/** Python's pip goes by several names; the first that is there is used. */
async function pip(args: readonly string[], run: ClientRun): Promise<void> {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'pip']],
    ['pip3', []],
    ['pip', []],
    ['python', ['-m', 'pip']],
  ];
  for (const [command, prefix] of ways) {
    try {
      await runTool({ command, args: [...prefix, ...args], cwd: run.work, env: run.env, signal: run.signal });
      return;
    } catch (error) {
      const isAbsent =
        error instanceof ToolError && (error.isMissing || /No module named pip/.test(error.message));
      if (!isAbsent) throw error;
    }
  }
  throw new Error(
    'pip fetches this package, and neither python3 -m pip nor pip3 nor pip is there: install Python’s pip.',
  );
}
