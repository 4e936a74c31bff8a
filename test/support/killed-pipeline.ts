import { readFileSync, writeSync } from 'node:fs';
import { parsePipelineConfig } from '../../pipeline/config.ts';
import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import { testEndpoints } from './lakehouse.ts';

/**
 * A program that runs a pipeline once and sends itself a signal, SIGKILL by default, the n-th time it comes to a moment:
 * `killed-pipeline.ts <file> <beforeCommit|afterCommit|beforeEvolution|afterEvolution|never> <n> [signal]`. It says so before on standard output.
 */
const [file = '', moment, count, signal = 'SIGKILL'] = process.argv.slice(2);
let left = Number(count);

function killAt(name: string): () => void {
  return () => {
    if (moment !== name || --left !== 0) return;
    writeSync(process.stdout.fd, `${signal}\n`);
    process.kill(process.pid, signal);
  };
}

const proxyPort = Number(process.env['TEST_KAFKA_PORT'] ?? '');

await startLakehousePipeline({
  config: parsePipelineConfig(readFileSync(file, 'utf8'), file),
  endpoints: testEndpoints(),
  once: true,
  // Without the variable brokers are reached where the cluster says.
  ...(proxyPort > 0 ? { kafkaRoute: () => ({ host: '127.0.0.1', port: proxyPort }) } : {}),
  hooks: Object.fromEntries(
    ['beforeCommit', 'afterCommit', 'beforeEvolution', 'afterEvolution'].map(name => [name, killAt(name)]),
  ),
}).finished;
