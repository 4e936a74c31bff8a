import { existsSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../arguments.ts';
import { type Command, type CommandInput, type Subcommand, UsageError } from '../command.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION } from '../endpoints-source.ts';
import { deadLetters } from '../etl/dead-letters.ts';
import { LETTER_OPTIONS, LETTER_OPTIONS_HELP } from '../etl/letter-options.ts';
import { compact, expire } from '../etl/maintenance.ts';
import { redrive } from '../etl/redrive.ts';
import { backfill, runPipelines } from '../etl/run.ts';
import { showSchema } from '../etl/schema.ts';
import { showStatus } from '../etl/status.ts';
import { tryPipeline } from '../etl/try.ts';
import { writeTypes } from '../etl/types.ts';

interface EtlSubcommand extends Subcommand {
  run(input: CommandInput, files: readonly string[]): Promise<number>;
}

const RECOVERY = ['skip-lost', 'reset-offsets', 'from-snapshot'];
const LETTERS = Object.keys(LETTER_OPTIONS);

const SUBCOMMANDS: Readonly<Record<string, EtlSubcommand>> = {
  run: {
    usage: 'run <file.pipeline.yaml>…',
    summary:
      'Runs pipelines side by side until Ctrl+C; the word may be left out. A file with members: shared may run in several processes at once.',
    options: ['once', 'yes', 'metrics-port', ...RECOVERY],
    run: runPipelines,
  },
  try: {
    usage: 'try <file.pipeline.yaml>',
    summary: 'Shows what the first records of the topics would become. Nothing is written.',
    options: ['limit'],
    run: tryPipeline,
  },
  types: {
    usage: 'types <file.pipeline.yaml>',
    summary: 'Writes the TypeScript declarations for its transform beside it.',
    options: ['limit'],
    run: writeTypes,
  },
  backfill: {
    usage: 'backfill <file.pipeline.yaml> --from <start> --to <end>',
    summary: 'Loads one stretch of the topics, exactly once, without moving the running offsets.',
    options: ['from', 'to', 'again', 'metrics-port', ...RECOVERY],
    run: backfill,
  },
  status: {
    usage: 'status [file.pipeline.yaml…]',
    summary:
      'Shows how far pipelines are, wherever they run: read from their tables; and the members of those that are shared.',
    options: [],
    run: showStatus,
  },
  schema: {
    usage: 'schema <file.pipeline.yaml>…',
    summary: 'Shows when, by whom and how the columns of their tables were changed.',
    options: [],
    run: showSchema,
  },
  'dead-letters': {
    usage: 'dead-letters <file.pipeline.yaml>',
    summary: 'Shows what is in the dead-letter table, and why; --drop discards it.',
    options: [...LETTERS, 'limit', 'drop', 'dry-run', 'yes'],
    run: deadLetters,
  },
  redrive: {
    usage: 'redrive <file.pipeline.yaml>',
    summary: 'Tries dead letters again after a fix: rows move to the table in one commit, exactly once.',
    options: [...LETTERS, 'dry-run'],
    run: redrive,
  },
  compact: {
    usage: 'compact <file.pipeline.yaml>…',
    summary: 'Puts small data files of the tables together; writers may go on.',
    options: ['dry-run'],
    run: compact,
  },
  expire: {
    usage: 'expire <file.pipeline.yaml>…',
    summary: 'Lets old snapshots go, and the files that no branch or tag needs.',
    options: ['dry-run'],
    run: expire,
  },
};

export const command: Command = {
  usage: 'etl [subcommand] <file.pipeline.yaml>…',
  summary: 'Streams Kafka topics into Iceberg tables. Ctrl+C commits what was read and ends.',
  subcommands: SUBCOMMANDS,
  defaultSubcommand: 'run',
  options: {
    once: { type: 'boolean' },
    branch: { type: 'string' },
    json: { type: 'boolean' },
    yes: { type: 'boolean', short: 'y' },
    from: { type: 'string' },
    to: { type: 'string' },
    again: { type: 'boolean' },
    'metrics-port': { type: 'string' },
    'dry-run': { type: 'boolean' },
    ...LETTER_OPTIONS,
    limit: { type: 'string' },
    drop: { type: 'boolean' },
    'skip-lost': { type: 'boolean' },
    'reset-offsets': { type: 'boolean' },
    'from-snapshot': { type: 'boolean' },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    once: 'stop at the end that the topics have now',
    branch: 'write to this branch instead of the one in the file',
    json: 'one JSON value on the output; of a running pipeline one JSON object per event and line',
    yes: 'take the schema that is proposed from a sample of the topic; discard without asking',
    from: 'earliest (default), a time such as 2026-01-31T08:00:00Z, or offsets such as 0=100,1=250',
    to: 'latest (default), a time, or offsets; what stands there is not loaded any more',
    again: 'also load what the table holds already',
    'metrics-port': 'serve metrics for Prometheus at http://127.0.0.1:<port>/metrics; 0 takes a free port',
    'dry-run': 'only say what would be done',
    ...LETTER_OPTIONS_HELP,
    limit:
      'so many records (try: 20, types: 1000), or so many examples of each kind of error (dead-letters: 1)',
    drop: 'discard them, after the number is typed or with --yes',
    'skip-lost': 'go on behind records that Kafka deleted before they were read',
    'reset-offsets': 'forget how far the table is: the topic was made anew or belongs to another cluster',
    'from-snapshot': 'after a rollback of the table, go on from the snapshot that it shows now',
    ...ENDPOINTS_HELP,
  },
  run: input => {
    const [first = '', ...rest] = input.positionals;
    const subcommand = Object.hasOwn(SUBCOMMANDS, first) ? SUBCOMMANDS[first] : undefined;
    if (subcommand !== undefined) return subcommand.run(input, rest);
    // A single word that is no file's name is a subcommand with a typing error.
    if (/^[a-z-]+$/i.test(first) && !existsSync(path.resolve(input.cwd, first)))
      throw new UsageError(
        `There is no 'etl ${first}'${didYouMean(first, Object.keys(SUBCOMMANDS))} 'lakehouse etl --help' lists them.`,
      );
    return runPipelines(input, input.positionals);
  },
};
