import path from 'node:path';
import { stringify } from 'yaml';
import { DEFAULT_DOCKER_SETTINGS } from '../settings.ts';
import { describeUnits, projectName, type Unit } from './units.ts';

const STACK_ID = 'compose';
/** Stand in for the secrets while the units are described; compose asks its user's environment for them instead. */
const KEY = 'LAKEHOUSE-KEY-MARK';
const SECRET = 'LAKEHOUSE-SECRET-MARK';

const HEADER = `# The lakehouse for people who prefer docker compose: the same containers that 'lakehouse up --backend docker' makes with
# its default settings. Written by describeCompose in docker/containers/compose.ts; a test holds it equal to the stack.
#   export LAKEHOUSE_S3_ACCESS_KEY=… LAKEHOUSE_S3_SECRET_KEY=…   (at least 8 characters)
#   docker compose -f docker/compose.yaml up --wait
# The bucket 'warehouse' has to be made once, by any S3 client; 'lakehouse up' does that itself.
`;

/** The text of docker/compose.yaml. */
export function describeCompose(icebergCatalog: string): string {
  const units = describeUnits({
    stackId: STACK_ID,
    home: '',
    settings: DEFAULT_DOCKER_SETTINGS,
    credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
    catalogVariables: {},
    icebergCatalog,
  });
  const volumes = units.flatMap(unit => Object.keys(unit.create.volumes).map(shortVolume));
  const document = {
    name: 'lakehouse',
    services: Object.fromEntries(units.map(unit => [unit.name, composeService(unit)])),
    configs: Object.fromEntries(
      units.flatMap(unit => configsOf(unit).map(({ key, text }) => [key, { content: text }] as const)),
    ),
    volumes: Object.fromEntries(volumes.map(name => [name, {}])),
  };
  return HEADER + stringify(escapeValues(document), { lineWidth: 0 });
}

/** The compose service of a unit. */
function composeService(unit: Unit): object {
  const { create } = unit;
  const configs = configsOf(unit).map(({ key, target }) => ({ source: key, target }));
  return {
    image: create.image,
    ...(create.command === undefined ? {} : { command: [...create.command] }),
    ...(create.user === undefined ? {} : { user: create.user }),
    environment: { ...create.env },
    ports: Object.entries(create.ports).map(([inside, host]) => `127.0.0.1:${host}:${inside}`),
    volumes: Object.entries(create.volumes).map(([name, target]) => `${shortVolume(name)}:${target}`),
    ...(create.emptyPaths === undefined ? {} : { tmpfs: [...create.emptyPaths] }),
    ...(configs.length === 0 ? {} : { configs }),
    ...(create.healthCommand === undefined ? {} : { healthcheck: healthcheck(create.healthCommand) }),
    ...(create.extraHosts === undefined ? {} : { extra_hosts: { ...create.extraHosts } }),
    mem_limit: create.memoryBytes,
    logging: { driver: 'json-file', options: { 'max-size': '16m', 'max-file': '2' } },
    init: true,
  };
}

function healthcheck(command: readonly string[]): object {
  return { test: ['CMD', ...command], interval: '2s', timeout: '5s', retries: 30, start_period: '60s' };
}

function configsOf(unit: Unit): { key: string; target: string; text: string }[] {
  return Object.entries(unit.files).flatMap(([directory, files]) =>
    files.map(file => ({
      key: `${unit.name}-${file.path.replaceAll('.', '-')}`,
      target: path.posix.join(directory, file.path),
      text: file.text,
    })),
  );
}

function shortVolume(name: string): string {
  return name.slice(projectName(STACK_ID).length + 1);
}

/** Compose replaces `$…` everywhere, so every dollar of ours is doubled and the marks become the only variables. */
function escapeValues(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replaceAll('$', '$$$$')
      .replaceAll(KEY, '${LAKEHOUSE_S3_ACCESS_KEY:?choose an access key}')
      .replaceAll(SECRET, '${LAKEHOUSE_S3_SECRET_KEY:?choose a secret key}');
  if (Array.isArray(value)) return value.map(escapeValues);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeValues(item)]));
}
