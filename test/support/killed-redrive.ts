import { readFileSync, writeSync } from 'node:fs';
import { parsePipelineConfig } from '../../pipeline/config.ts';
import { openTestCatalog, redrive } from './redrive.ts';

/**
 * A program that redrives the dead letters of a pipeline in units of `letters` and kills itself the n-th time it comes to a
 * moment: `killed-redrive.ts <file> <beforeCommit|afterCommit|never> <n> <letters>`. It says so before on standard output.
 */
const [file = '', moment, count, letters] = process.argv.slice(2);
let left = Number(count);

function killAt(name: string): () => void {
  return () => {
    if (moment !== name || --left !== 0) return;
    writeSync(process.stdout.fd, 'SIGKILL\n');
    process.kill(process.pid, 'SIGKILL');
  };
}

using catalog = openTestCatalog();
await redrive(
  catalog,
  { config: parsePipelineConfig(readFileSync(file, 'utf8'), file) },
  {
    limits: { letters: Number(letters), bytes: Infinity },
    hooks: { beforeCommit: killAt('beforeCommit'), afterCommit: killAt('afterCommit') },
  },
);
