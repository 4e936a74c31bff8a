import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PipelineConfig } from '../../pipeline/config.ts';
import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { printPrometheus } from '../../pipeline/prometheus.ts';
import { UsageError } from '../command.ts';

/** Metrics that Prometheus can fetch. */
export interface MetricsServer extends AsyncDisposable {
  readonly uri: string;
}

export interface MeasuredPipeline {
  readonly config: Pick<PipelineConfig, 'name' | 'table' | 'branch'>;
  readonly metrics: PipelineMetrics;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves the figures on loopback at the port that an option names; undefined when it names none. Throws UsageError. */
export async function serveMetrics(
  option: unknown,
  look: () => readonly MeasuredPipeline[],
): Promise<MetricsServer | undefined> {
  if (typeof option !== 'string') return undefined;
  const port = Number(option);
  if (!/^\d+$/.test(option) || port > 65_535)
    throw new UsageError('--metrics-port is a port from 0 to 65535.');
  const server = createServer((request, response) => {
    // Compared as text: `new URL` throws for a path such as `//`, and nobody would catch it here.
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('The metrics are at /metrics.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(printPrometheus(look().map(label)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(new UsageError(`--metrics-port ${port}: ${error.message}`)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function label({ config, metrics }: MeasuredPipeline): Parameters<typeof printPrometheus>[0][number] {
  return { pipeline: config.name, table: config.table.join('.'), branch: config.branch, metrics };
}
