/**
 * `npm test`: every tier, one closing line `N passed, N failed, N skipped`.
 *   node test/run.ts [static] [unit] [services] [vscode] [docker] [--only <part of a file name>]
 */
import { parseArgs } from 'node:util';
import { dockerTier } from './support/docker-tier.ts';
import { runNodeTests } from './support/node-tests.ts';
import { startServicesLakehouse } from './support/services-lakehouse.ts';
import { staticTier } from './support/static-tier.ts';
import { addCounts, type Counts, NO_COUNTS } from './support/counts.ts';
import { vscodeTier } from './support/vscode-tier.ts';

const TIERS = ['static', 'unit', 'services', 'vscode', 'docker'] as const;
type Tier = (typeof TIERS)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
const unknown = positionals.filter(name => !TIERS.includes(name as Tier));
if (unknown.length > 0) {
  console.error(`There is no tier ${unknown.join(', ')}. The tiers are ${TIERS.join(', ')}.`);
  process.exit(2);
}
const wanted = new Set<Tier>(positionals.length > 0 ? (positionals as Tier[]) : TIERS);
const only = values.only;

await using lakehouse = wanted.has('services') || wanted.has('vscode') ? startServicesLakehouse() : undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.error('\nInterrupted: stopping the lakehouse of the tests.');
    void Promise.resolve(lakehouse?.[Symbol.asyncDispose]()).finally(() => process.exit(130));
  });
}
let total: Counts = NO_COUNTS;
for (const tier of TIERS.filter(name => wanted.has(name))) {
  const began = performance.now();
  console.log(`\n━━ ${tier} ━━`);
  const counts = await runTier(tier);
  total = addCounts(total, counts);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `━━ ${tier}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
  );
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs one tier and counts its tests. A tier that cannot even start counts as one failure, with its cause printed. */
async function runTier(tier: Tier): Promise<Counts> {
  try {
    switch (tier) {
      case 'static':
        return await staticTier();
      case 'unit':
        return await runNodeTests({
          leaveOut: ['services', 'vscode', 'docker', 'bench'],
          only,
          concurrency: 2,
        });
      case 'services':
        return await runNodeTests({
          under: 'services',
          only,
          concurrency: 1,
          env: await lakehouse?.environment(),
        });
      case 'vscode':
        return await vscodeTier({ env: (await lakehouse?.environment()) ?? {} });
      case 'docker':
        return await dockerTier({ only });
    }
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
