import type { LakehouseEvent, ServiceName, ServiceState } from '../docker/events.ts';
import { formatBytes } from '../docker/preflight.ts';
import type { Output } from './command.ts';

const TITLES: Readonly<Record<ServiceName, string>> = {
  kafka: 'Kafka',
  objectStore: 'Object store',
  nessie: 'Nessie',
  trino: 'Trino',
};
const TITLE_WIDTH = 14;
const BAR_WIDTH = 20;

/** Draws the states of the services while they change. */
export interface ServiceProgress {
  show(event: LakehouseEvent): void;
}

/** Redrawn in place on a terminal; elsewhere one plain line for each change that matters. */
export function createServiceProgress(output: Output): ServiceProgress {
  return output.isTTY === true ? redrawn(output) : plain(output);
}

/** One line about a service, without its name: `fetching Trino 476  412 MB of 832 MB`. */
export function describeState(state: ServiceState): string {
  switch (state.kind) {
    case 'missing':
      return 'not there yet';
    case 'fetching':
      return `fetching ${state.artifact}  ${formatBytes(state.receivedBytes)} of about ${formatBytes(state.totalBytes)}`;
    case 'starting':
      return `starting: ${state.step} (${Math.round(state.elapsedMs / 1000)} s)`;
    case 'ready':
      return `ready at ${state.address}`;
    case 'stopping':
      return 'stopping';
    case 'stopped':
      return 'stopped';
    case 'failed':
      return `failed: ${state.cause}`;
  }
}

/** Who shows the progress tells the causes at the end, in full and once. */
function progressOf(state: ServiceState): string {
  return state.kind === 'failed' ? 'failed' : describeState(state);
}

function redrawn(output: Output): ServiceProgress {
  const states = new Map<ServiceName, ServiceState>();
  let drawnLines = 0;
  const erase = (): string => (drawnLines === 0 ? '' : `\u001b[${drawnLines}F\u001b[J`);
  const draw = (above: string): void => {
    const lines = [...states].map(([service, state]) =>
      fit(redrawnLine(service, state), output.columns ?? 80),
    );
    output.write(`${erase()}${above}${lines.map(line => `${line}\n`).join('')}`);
    drawnLines = lines.length;
  };
  return {
    show: event => {
      if (event.kind === 'service') states.set(event.service, event.state);
      draw(event.kind === 'notice' ? `${event.text}\n` : '');
    },
  };
}

function redrawnLine(service: ServiceName, state: ServiceState): string {
  const title = TITLES[service].padEnd(TITLE_WIDTH);
  if (state.kind !== 'fetching') return `${title}${progressOf(state)}`;
  const filled = Math.round((state.receivedBytes / Math.max(1, state.totalBytes)) * BAR_WIDTH);
  return `${title}${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${describeState(state)}`;
}

/** Ticks of a clock and bytes are no news in a log file: a line appears when the kind or the step changes. */
function plain(output: Output): ServiceProgress {
  const told = new Map<ServiceName, string>();
  return {
    show: event => {
      if (event.kind === 'notice') {
        output.write(`${event.text}\n`);
        return;
      }
      const { service, state } = event;
      const news =
        state.kind === 'starting' ? state.step : state.kind === 'fetching' ? state.artifact : state.kind;
      if (told.get(service) === news) return;
      told.set(service, news);
      output.write(`${TITLES[service].padEnd(TITLE_WIDTH)}${progressOf(state)}\n`);
    },
  };
}

/** Cut to the terminal's width: a wrapped line would spoil the redrawing. */
function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}
