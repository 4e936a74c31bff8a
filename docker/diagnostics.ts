import os from 'node:os';
import type { Secrets } from './credentials.ts';
import { SERVICE_NAMES, type ServiceName } from './events.ts';
import type { LakehouseStatus } from './status.ts';

/** Shorter values are no secrets worth the name, and masking them would spoil the text. */
const MIN_SECRET_LENGTH = 4;
const MASK = '***';

export interface Diagnosed {
  readonly status: LakehouseStatus;
  /** What the back end knows beside the states, printed as JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly logs: (service: ServiceName) => AsyncIterable<string>;
  readonly mask: (text: string) => string;
}

/** Everything that helps somebody else to find a fault: machine, states, settings and the end of every log, masked. */
export async function describeDiagnostics({ status, facts, logs, mask }: Diagnosed): Promise<string> {
  const parts = [
    `Lakehouse diagnostics of ${new Date().toISOString()}`,
    `${os.type()} ${os.release()} ${os.arch()}, ${os.cpus().length} CPUs, ${Math.round(os.totalmem() / 1e6)} MB of memory, Node ${process.version}`,
    `Back end ${status.backend}, home ${status.home}`,
    ...Object.entries(facts).map(([name, value]) => `\n## ${name}\n${JSON.stringify(value, null, 2)}`),
  ];
  for (const service of SERVICE_NAMES) {
    const { title, version, address, state } = status.services[service];
    const cause = state.kind === 'failed' ? `: ${state.cause}` : '';
    parts.push(`\n## ${title} ${version} at ${address}: ${state.kind}${cause}`);
    parts.push(...(await readAll(logs(service))));
  }
  return mask(`${parts.join('\n')}\n`);
}

/** Puts `***` for this stack's own secrets and for whatever is written like one (`password=…`, `"token": "…"`). */
export function maskSecrets(text: string, secrets: Secrets): string {
  const known = [secrets.accessKeyId, secrets.secretAccessKey, ...Object.values(secrets.catalogVariables)];
  const longFirst = known
    .filter(value => value.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
  const masked = longFirst.reduce((rest, value) => rest.replaceAll(value, MASK), text);
  return masked.replace(
    /((?:password|passwd|secret|token|access[-_.]?key|api[-_.]?key|credential)[\w.-]{0,100}["']?\s*[=:]\s*["']?)(?!\*{3})[^\s"',;&]+/gi,
    `$1${MASK}`,
  );
}

async function readAll(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const line of lines) found.push(line);
  } catch (error) {
    found.push(`The log cannot be read: ${(error as Error).message}`);
  }
  return found;
}
