/**
 * `npm run bench <name> [--json] [options of the benchmark]`: runs test/bench/<name>.ts, which prints its figures as it
 * goes; with `--json` its last line is one JSON object.
 */
import { readdirSync } from 'node:fs';

const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.ts') && file !== 'run.ts')
  .map(file => file.slice(0, -'.ts'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(
    `${name === undefined ? 'Which benchmark?' : `There is no benchmark ${name}.`} There are: ${names.join(', ')}.`,
  );
  process.exit(2);
}
const benchmark = (await import(`./${name}.ts`)) as { run: (args: readonly string[]) => Promise<void> };
await benchmark.run(args);
