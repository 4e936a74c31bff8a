import { LakehouseStartError } from '../../docker/lakehouse.ts';
import { formatBytes } from '../../docker/preflight.ts';
import { OBJECT_STORES, PROFILES, parsePortChange, type SettingsChange } from '../../docker/settings.ts';
import { type LakehouseStatus, listFailures } from '../../docker/status.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createServiceProgress } from '../service-progress.ts';

export const command: Command = {
  usage: 'up [options]',
  summary: 'Starts the lakehouse, or what is missing of it, and waits until every service does its work.',
  words: 0,
  options: {
    ...HOME_OPTION,
    ports: { type: 'string' },
    store: { type: 'string' },
    profile: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    ...HOME_HELP,
    ports:
      'kafka=29092,objectStore=9000,nessie=19120,trino=8083 (also kafka-2, kafka-3), any of them `auto`, or just `auto`; kept for later',
    store: `the object store: ${OBJECT_STORES.join(' or ')}; fixed once there is data`,
    profile:
      'containers only: small (one Kafka broker) or standard (three, replicated); fixed once there is data',
    'dry-run': 'say what would be fetched and started, and what is in the way; change nothing',
    json: 'print the status as one JSON object at the end',
  },
  run: runUp,
};

async function runUp(input: CommandInput): Promise<number> {
  const began = performance.now();
  const settings = readSettings(input);
  const lakehouse = await openFromInput(input);
  if (input.values['dry-run'] === true) {
    input.stdout.write(`It would run as ${lakehouse.place}.\n`);
    for (const line of (await lakehouse.plan(settings)).lines) input.stdout.write(`${line}\n`);
    return 0;
  }
  input.stderr.write(`It runs as ${lakehouse.place}.\n`);
  const progress = createServiceProgress(input.stderr);
  try {
    const status = await lakehouse.up({
      settings,
      signal: input.signal,
      onEvent: event => progress.show(event),
    });
    if (input.values['json'] === true) input.stdout.write(`${JSON.stringify(status)}\n`);
    else input.stdout.write(readyText(status, (performance.now() - began) / 1000));
    return 0;
  } catch (error) {
    if (!(error instanceof LakehouseStartError) || input.signal.aborted) throw error;
    if (input.values['json'] === true) input.stdout.write(`${JSON.stringify(error.status)}\n`);
    input.stderr.write(failureText(error.status));
    return 1;
  }
}

function readSettings({ values }: CommandInput): SettingsChange {
  const { ports, store, profile: wantedProfile } = values;
  const provider = OBJECT_STORES.find(name => name === store);
  if (store !== undefined && provider === undefined)
    throw new UsageError(`--store takes ${OBJECT_STORES.join(' or ')}.`);
  const profile = PROFILES.find(name => name === wantedProfile);
  if (wantedProfile !== undefined && profile === undefined)
    throw new UsageError(`--profile takes ${PROFILES.join(' or ')}.`);
  return {
    ...(typeof ports === 'string' ? readPorts(ports) : {}),
    ...(provider === undefined ? {} : { objectStore: provider }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Reads `--ports`. Throws UsageError. */
export function readPorts(text: string): SettingsChange {
  try {
    return parsePortChange(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readyText(status: LakehouseStatus, seconds: number): string {
  const memory = status.rssBytes === 0 ? '' : `, ${formatBytes(status.rssBytes)} of memory`;
  return (
    `The lakehouse is ready (${seconds.toFixed(1)} s${memory}). ` +
    "It runs on in the background: 'lakehouse status' shows it, 'lakehouse down' stops it.\n"
  );
}

/** Every failed service with its cause and what it printed last. */
function failureText(status: LakehouseStatus): string {
  return listFailures(status)
    .map(({ service, cause, lastLines }) => {
      const lines = lastLines.map(line => `    ${line}\n`).join('');
      const log =
        lastLines.length === 0
          ? ''
          : `  Its log ends with ('lakehouse logs ${service}' shows more):\n${lines}`;
      return `\n${status.services[service].title} is not ready: ${cause}\n${log}`;
    })
    .join('');
}
