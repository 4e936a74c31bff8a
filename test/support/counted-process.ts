import { spawn } from 'node:child_process';
import type { Counts } from './counts.ts';

const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm;

/**
 * Runs a script under this Node, shows its output and reads the counts off its closing line.
 * A script that ends without one, or with an exit code that its counts do not explain, counts as a failure.
 */
export async function runCountedProcess(script: string, env: NodeJS.ProcessEnv): Promise<Counts> {
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', status => resolve(status ?? 1));
  });
  const last = [...output.matchAll(CLOSING_LINE)].at(-1);
  if (last === undefined) {
    console.error(`${script} ended with ${code} and without a closing line.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
