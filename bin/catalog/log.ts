import { listHistory, type LogEntry } from '../../catalog/nessie.ts';
import { parseRef } from './access.ts';
import { type CatalogSubcommand, keyToText, printJson, readLimit } from './subcommand.ts';

const DEFAULT_LIMIT = 20;

/** The newest commits of a reference with what each changed. */
export const logCommand: CatalogSubcommand = {
  usage: 'log',
  summary: 'Shows the newest commits of --ref with the tables they changed.',
  options: ['ref', 'limit'],
  run: async ({ access, values, signal }) => {
    const limit = readLimit(values, DEFAULT_LIMIT);
    const entries: LogEntry[] = [];
    const pageSize = Math.min(limit, 200);
    for await (const entry of listHistory(access.nessie, parseRef(access, values['ref']), {
      withOperations: true,
      pageSize,
      signal,
    })) {
      if (entries.push(entry) >= limit) break;
    }
    return {
      json: () => printJson(entries.map(entry => ({ ...entry.commit, changes: changesOf(entry) }))),
      text: () => entries.map(describe).join('\n'),
    };
  },
};

function changesOf(entry: LogEntry): { readonly key: readonly string[]; readonly change: string }[] {
  return (entry.operations ?? []).map(operation => ({
    key: operation.key,
    change: operation.type.toLowerCase(),
  }));
}

function describe(entry: LogEntry): string {
  const { commit } = entry;
  const author = commit.authors.join(', ') || commit.committer || 'unknown';
  const changes = changesOf(entry).map(
    ({ key, change }) => `    ${change === 'delete' ? '-' : '+'} ${keyToText(key)}\n`,
  );
  return `${commit.hash.slice(0, 12)}  ${commit.commitTime}  ${author}\n    ${commit.message.split('\n')[0]}\n${changes.join('')}`;
}
