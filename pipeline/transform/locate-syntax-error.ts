import { Worker } from 'node:worker_threads';
import type { ConfigFault } from '../config.ts';

/**
 * Where Node's own reader of TypeScript sees a syntax error. The compiler tries an arrow function as other things, too, and
 * names its beginning for whatever is wrong inside. Undefined where Node sees none, or has no such reader (before 22.13).
 */
export async function locateSyntaxError(source: string): Promise<ConfigFault | undefined> {
  const found = await askNode(source).catch(() => undefined);
  if (found === undefined) return undefined;
  const [place = '', ...rest] = found.stack.split('\n');
  const line = Number(/:(\d+)$/.exec(place)?.[1] ?? NaN);
  if (Number.isNaN(line)) return undefined;
  const caret = rest.find(text => /^\s*\^+$/.test(text)) ?? '^';
  return { line, column: caret.indexOf('^') + 1, message: found.message };
}

interface Thrown {
  readonly message: string;
  readonly stack: string;
}

/** Asked in a thread of its own, where the warning that the reader is new can be switched off. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
let found;
try {
  require('node:module').stripTypeScriptTypes?.(workerData);
} catch (error) {
  if (error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') found = { message: error.message, stack: error.stack };
}
parentPort.postMessage(found);`;

function askNode(source: string): Promise<Thrown | undefined> {
  const worker = new Worker(PROGRAM, {
    eval: true,
    workerData: source,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
