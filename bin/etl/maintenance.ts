import { compactTable } from '../../pipeline/compact/compact-table.ts';
import { expireSnapshots } from '../../pipeline/compact/expire-table.ts';
import {
  compactionPolicy,
  deleteForgotten,
  describeCompaction,
} from '../../pipeline/compact/maintain-table.ts';
import { openRewriter } from '../../pipeline/compact/rewrite-files.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';
import type { TableCatalog } from '../../pipeline/iceberg/table-state.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { openCatalog } from './open-catalog.ts';
import { readPipelineFile } from './pipeline-file.ts';

const FORGOTTEN_AFTER_MS = 3_600_000;

/** `lakehouse etl compact`: small files of the pipeline's table become large ones, and forgotten ones are deleted. */
export function compact(input: CommandInput, files: readonly string[]): Promise<number> {
  return forEachTable(input, files, compactOne);
}

const compactOne: Task = async (input, config, catalog) => {
  const dryRun = input.values['dry-run'] === true;
  const place = { catalog, branch: config.branch, key: config.table, dryRun, signal: input.signal };
  const result = await compactTable({
    ...place,
    policy: compactionPolicy(config.files),
    openRewriter,
    onNotice: text => void input.stderr.write(`${text}\n`),
  });
  const forgotten = await deleteForgotten({ ...place, olderThanMs: Date.now() - FORGOTTEN_AFTER_MS });
  print(input, { ...result, forgottenFiles: forgotten.deleted, dryRun }, [
    result.removedFiles === 0 ? 'No files to put together.' : would(dryRun, describeCompaction(result)),
    ...result.skipped.map(({ files, reason }) => `Left ${files} files as they are: ${reason}.`),
    ...(forgotten.deleted === 0
      ? []
      : [would(dryRun, `Deleted ${forgotten.deleted} files that no commit names.`)]),
  ]);
};

/** `lakehouse etl expire`: old snapshots go, with the files that no branch or tag needs. */
export function expire(input: CommandInput, files: readonly string[]): Promise<number> {
  return forEachTable(input, files, expireOne);
}

const expireOne: Task = async (input, config, catalog) => {
  const dryRun = input.values['dry-run'] === true;
  const { expireAfterMs = 7 * 86_400_000, retainLast } = config.maintenance;
  const result = await expireSnapshots({
    catalog,
    branch: config.branch,
    key: config.table,
    olderThanMs: Date.now() - expireAfterMs,
    retainLast,
    dryRun,
    onNotice: text => void input.stderr.write(`${text}\n`),
    signal: input.signal,
  });
  const { snapshots, deleted, kept, unreadable } = result;
  print(input, { snapshots, deletedFiles: deleted.length, keptFiles: kept, unreadable, dryRun }, [
    snapshots === 0
      ? 'No snapshot is old enough.'
      : would(dryRun, `Expired ${snapshots} snapshots and deleted ${deleted.length} files.`),
    ...(kept === 0 ? [] : [`${kept} files stay: other branches or tags need them.`]),
    ...(unreadable.length === 0
      ? []
      : [`No file was deleted, because the table cannot be read on ${unreadable.join(', ')}.`]),
  ]);
};

type Task = (input: CommandInput, config: PipelineConfig, catalog: TableCatalog) => Promise<void>;

async function forEachTable(input: CommandInput, files: readonly string[], task: Task): Promise<number> {
  if (files.length === 0) throw new UsageError('Name a pipeline file.');
  using catalog = await openCatalog(input);
  for (const file of files)
    await task(input, await readPipelineFile(input, file, { withoutCode: true }), catalog);
  return 0;
}

function would(dryRun: boolean, text: string): string {
  return dryRun ? `Dry run, nothing was changed. ${text}` : text;
}

function print({ stdout, values }: CommandInput, result: object, lines: readonly string[]): void {
  const asText = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? String(value) : value;
  stdout.write(values['json'] === true ? `${JSON.stringify(result, asText)}\n` : `${lines.join('\n')}\n`);
}
