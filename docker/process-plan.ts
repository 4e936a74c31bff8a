import type { PlanDecision, StartPlan } from './lakehouse-api.ts';
import type { ServiceName } from './events.ts';
import { findArtifact } from './artifacts/fetch.ts';
import { type Artifact, ARTIFACTS } from './artifacts/table.ts';
import { findCacheDirectory, type Home } from './home.ts';
import { describeMissingJava, findJava, JVM_DIRECTORIES } from './jdk.ts';
import { pickFreePort } from './ports.ts';
import { checkDisk, checkMemory, findBlockedPort, formatBytes, THIS_MACHINE } from './preflight.ts';
import type { ServiceSpec } from './services/service.ts';
import { applyChange, readStackRecord, type SettingsChange, type StackSettings } from './settings.ts';
import { describeStack } from './stack.ts';

/** What an `up` would fetch and start, and what is in its way; services that run already are left alone. */
export async function planProcesses(
  { home, env, running }: { home: Home; env: NodeJS.ProcessEnv; running: ReadonlySet<ServiceName> },
  change: SettingsChange,
): Promise<StartPlan> {
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
  const decisions: PlanDecision[] = [];
  const toFetch = new Map<string, Artifact>();
  const taken = new Set<number>();
  for (const spec of specs) {
    const missing = spec.artifacts
      .map(name => ARTIFACTS[name])
      .filter(item => findArtifact(item, cache) === undefined);
    for (const item of missing) toFetch.set(item.name, item);
    const bytes = missing.reduce((sum, item) => sum + item.downloadBytes, 0);
    const fetch = missing.length === 0 ? 'present' : `to be fetched, about ${formatBytes(bytes)}`;
    const port = settings.ports[spec.name];
    const blocked = running.has(spec.name)
      ? undefined
      : await findBlockedPort(THIS_MACHINE, spec, port, taken);
    if (blocked !== undefined)
      decisions.push({ text: blocked.text, remedy: { ports: { [spec.name]: blocked.instead } } });
    const state = running.has(spec.name) ? 'it runs' : blocked === undefined ? 'is free' : 'is taken';
    lines.push(`${spec.title} ${spec.version}: ${fetch}; port ${port}: ${state}`);
  }
  const free = THIS_MACHINE.freeDiskBytes(cache);
  lines.push(`Disk: ${formatBytes(free)} are free`);
  decisions.push(...judgeMachine(specs, running, { cache, toFetch: [...toFetch.values()], settings }));
  return { lines: [...lines, ...decisions.map(decision => decision.text)], decisions };
}

/** Too little memory or disk for what has to be fetched and started. */
function judgeMachine(
  specs: readonly ServiceSpec[],
  running: ReadonlySet<ServiceName>,
  need: { cache: string; toFetch: readonly Artifact[]; settings: StackSettings },
): PlanDecision[] {
  const found: PlanDecision[] = [];
  const toStart = specs.filter(spec => !running.has(spec.name));
  const warning = toStart.length === 0 ? undefined : checkMemory(THIS_MACHINE, toStart);
  if (warning !== undefined) found.push({ text: warning });
  try {
    const { cache: directory, toFetch: missing, settings } = need;
    checkDisk(THIS_MACHINE, { directory, missing, reserveBytes: settings.reserveDiskBytes });
  } catch (error) {
    found.push({ text: (error as Error).message });
  }
  return found;
}
