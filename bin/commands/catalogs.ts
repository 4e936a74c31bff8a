import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyCatalogFolder } from '../../docker/federation/apply.ts';
import type { CatalogOutcome } from '../../docker/federation/sync.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';
import { createServiceProgress } from '../service-progress.ts';

const SETTLE_MS = 300;

export const command: Command = {
  usage: 'catalogs [folder] [--watch]',
  summary:
    'Makes every *.properties file of a folder (default: ./catalog) a catalog of Trino, and drops those that have gone.',
  words: 1,
  options: { ...HOME_OPTION, watch: { type: 'boolean', short: 'w' } },
  optionHelp: { ...HOME_HELP, watch: 'go on with every change of the folder until Ctrl+C' },
  run: async input => {
    const folder = path.resolve(input.cwd, input.positionals[0] ?? 'catalog');
    // A folder with a typing error would otherwise drop every catalog that was made before.
    if (!existsSync(folder)) throw new UsageError(`There is no folder '${folder}'.`);
    let failed = await applyAndTell(input, folder);
    if (input.values['watch'] !== true) return failed ? 1 : 0;
    for await (const changed of changesOf(folder, input.signal)) failed = await applyAndTell(input, changed);
    return failed ? 1 : 0;
  },
};

async function applyAndTell(input: CommandInput, folder: string): Promise<boolean> {
  const lakehouse = await openFromInput(input);
  const progress = createServiceProgress(input.stderr);
  const outcomes = await applyCatalogFolder(lakehouse, folder, {
    env: input.env,
    signal: input.signal,
    onEvent: event => {
      // A lakehouse that is ready anyway is no news here.
      if (event.kind === 'notice' || event.state.kind !== 'ready') progress.show(event);
    },
  });
  for (const outcome of outcomes) input.stdout.write(`${describeOutcome(outcome)}\n`);
  if (outcomes.length === 0) input.stdout.write(`There are no *.properties files in ${folder}.\n`);
  return outcomes.some(outcome => outcome.kind === 'failed');
}

function describeOutcome(outcome: CatalogOutcome): string {
  return outcome.kind === 'failed'
    ? `${outcome.name}: failed. ${outcome.cause}`
    : `${outcome.name}: ${outcome.kind}`;
}

/** One turn for each burst of changes: an editor that saves a file makes several of them. */
async function* changesOf(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  let wake: () => void = () => undefined;
  let hasChanged = false;
  const watcher = watch(folder, () => {
    hasChanged = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      if (!hasChanged) await new Promise<void>(resolve => (wake = resolve));
      if (signal.aborted) return;
      await delay(SETTLE_MS);
      hasChanged = false;
      yield folder;
    }
  } finally {
    watcher.close();
  }
}
