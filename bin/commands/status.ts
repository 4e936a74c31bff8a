import { formatBytes } from '../../docker/preflight.ts';
import type { LakehouseStatus } from '../../docker/status.ts';
import type { Command } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { describeState } from '../service-progress.ts';

export const command: Command = {
  usage: 'status [--json]',
  summary:
    'Shows every service: state, address, version, process and memory. Ends with 0 when all are ready, else 1.',
  words: 0,
  options: { ...HOME_OPTION, json: { type: 'boolean' } },
  optionHelp: { ...HOME_HELP, json: 'print one JSON object' },
  run: async input => {
    const lakehouse = await openFromInput(input);
    const status = await lakehouse.status();
    const text = (): string => `${statusText(status)}It runs as ${lakehouse.place}.\n`;
    input.stdout.write(input.values['json'] === true ? `${JSON.stringify(status)}\n` : text());
    return Object.values(status.services).every(service => service.state.kind === 'ready') ? 0 : 1;
  },
};

/** A table of the services and the sum of their memory. */
export function statusText(status: LakehouseStatus): string {
  const rows = Object.values(status.services).map(service => [
    `${service.title} ${service.version}`,
    service.pid === undefined ? '' : `pid ${service.pid}`,
    service.rssBytes === undefined ? '' : formatBytes(service.rssBytes),
    describeState(service.state),
  ]);
  if (status.supervisor !== undefined) {
    const { pid, rssBytes } = status.supervisor;
    rows.push(['Supervisor', `pid ${pid}`, formatBytes(rssBytes), 'watching']);
  }
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(row =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const total = status.rssBytes === 0 ? '' : `Together ${formatBytes(status.rssBytes)} of memory. `;
  return `${lines.join('\n')}\n${total}Home: ${status.home}\n`;
}
