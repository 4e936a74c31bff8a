import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { type PipelineStatus, readPipelineStatus } from '../../pipeline/status.ts';
import { keyToText, printColumns, printJson } from '../catalog/subcommand.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';
import { readPipelineFile } from './pipeline-file.ts';

/** Says how far pipelines are, wherever they run. */
export async function showStatus(input: CommandInput, files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new UsageError('Name the pipeline files.');
  const endpoints = await findEndpoints(input);
  const kafkaSecurity = kafkaSecurityFrom(input.env);
  const found: PipelineStatus[] = [];
  for (const file of files) {
    found.push(
      await readPipelineStatus({
        config: await readPipelineFile(input, file, { withoutCode: true }),
        endpoints,
        kafkaSecurity,
      }),
    );
  }
  input.stdout.write(input.values['json'] === true ? printJson(found) : found.map(statusToText).join('\n'));
  return 0;
}

function statusToText(status: PipelineStatus): string {
  const { pipeline, table, branch, lastCommit, partitions, rows, deadLetters, backfills } = status;
  const { members, kafkaFailure, rate } = status;
  const commit =
    lastCommit === undefined
      ? 'nothing committed yet'
      : `commit ${lastCommit.seq}, ${agoText(lastCommit.ageSeconds)}, by ${lastCommit.writer}`;
  const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0n), 0n);
  const seconds = Math.max(0, ...partitions.map(partition => partition.lagSeconds ?? 0));
  const behind = partitions.some(partition => partition.lag !== undefined)
    ? `${lag.toLocaleString('en')} records${seconds > 0 ? `, ${durationText(seconds)}` : ''}`
    : 'unknown';
  return printColumns([
    ['pipeline', pipeline],
    [
      'table',
      `${keyToText(table)} on ${branch}${rows === undefined ? '' : `, ${rows.toLocaleString('en')} rows`}`,
    ],
    ['last', commit],
    ...(rate === undefined ? [] : [['rate', rateText(rate)]]),
    ['behind', behind],
    ...partitions.map(({ topic, partition, committed, end }) => [
      '',
      `${topic}/${partition}: ${committed ?? 'nothing'} of ${end ?? '?'}`,
    ]),
    ...membersText(members),
    ...(deadLetters === undefined ? [] : [['dead letters', deadLetters.toLocaleString('en')]]),
    ...backfills.map(({ name, loaded }) => [
      'back-fill',
      `${name}: ${loaded.map(({ topic, partition, from, to }) => `${topic}/${partition}: ${from}–${to}`).join(', ')}`,
    ]),
    ...(kafkaFailure === undefined ? [] : [['Kafka', kafkaFailure]]),
  ]);
}

function membersText(members: PipelineStatus['members']): string[][] {
  if (members === undefined) return [];
  if (members.length === 0) return [['members', 'none is running']];
  return members.map(({ member, address, partitions }, index) => [
    index === 0 ? 'members' : '',
    `${member} (${address}): ${partitions.length === 0 ? 'no partition' : partitions.join(', ')}`,
  ]);
}

function rateText({ rowsPerSecond, commits, seconds }: NonNullable<PipelineStatus['rate']>): string {
  const rows = Math.round(rowsPerSecond).toLocaleString('en');
  const of = commits === 1 ? 'its last commit' : `its last ${commits} commits`;
  return `${rows} rows/s, from ${of} (${durationText(seconds)})`;
}

function agoText(seconds: number | undefined): string {
  return seconds === undefined ? 'at an unknown time' : `${durationText(seconds)} ago`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
