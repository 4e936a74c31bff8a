import { findArtifact } from './artifacts/fetch.ts';
import { ARTIFACTS } from './artifacts/table.ts';
import { findCacheDirectory, type Home } from './home.ts';
import { describeMissingJava, findJava, JVM_DIRECTORIES } from './jdk.ts';
import { pickFreePort } from './ports.ts';
import { checkMemory, checkPort, formatBytes, THIS_MACHINE } from './preflight.ts';
import { applyChange, readStackRecord, type SettingsChange } from './settings.ts';
import { describeStack } from './stack.ts';

/** What an `up` of a stopped lakehouse of processes would fetch and start, and what is in its way. */
export async function planProcesses(
  { home, env }: { home: Home; env: NodeJS.ProcessEnv },
  change: SettingsChange,
): Promise<string[]> {
  const settings = await applyChange(readStackRecord(home.stackFile).settings, change, () =>
    pickFreePort(new Set()),
  );
  const specs = Object.values(describeStack(settings));
  const cache = findCacheDirectory(env);
  const { best, seen } = await findJava({ env, jvmDirectories: JVM_DIRECTORIES });
  const java =
    best === undefined
      ? `${describeMissingJava(seen)} One is fetched.`
      : `Java ${best.version}: ${best.binary}`;
  const lines = [`Home: ${home.directory}`, `Cache: ${cache}`, java];
  for (const spec of specs) {
    const missing = spec.artifacts
      .map(name => ARTIFACTS[name])
      .filter(item => findArtifact(item, cache) === undefined);
    const bytes = missing.reduce((sum, item) => sum + item.downloadBytes, 0);
    const fetch = missing.length === 0 ? 'present' : `to be fetched, about ${formatBytes(bytes)}`;
    lines.push(
      `${spec.title} ${spec.version}: ${fetch}; ${await describePort(spec, settings.ports[spec.name])}`,
    );
  }
  const warning = checkMemory(THIS_MACHINE, specs);
  return warning === undefined ? lines : [...lines, warning];
}

async function describePort(spec: Parameters<typeof checkPort>[1], port: number): Promise<string> {
  try {
    await checkPort(THIS_MACHINE, spec, port);
    return `port ${port} is free`;
  } catch (error) {
    return `${(error as Error).message} Free instead: ${await pickFreePort(new Set())}.`;
  }
}
