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
// npm keeps `--json` to itself unless `--` stands in front of it, and says so in the environment.
const isJson = process.env['npm_config_json'] === 'true' && !args.includes('--json');
await benchmark.run(isJson ? [...args, '--json'] : args);
