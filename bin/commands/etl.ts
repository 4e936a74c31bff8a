import type { Command, CommandInput } from '../command.ts';
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

const SUBCOMMANDS: Readonly<
  Record<string, (input: CommandInput, files: readonly string[]) => Promise<number>>
> = {
  run: runPipelines,
  try: tryPipeline,
  types: writeTypes,
  backfill,
  status: showStatus,
  schema: showSchema,
  redrive,
  'dead-letters': deadLetters,
  compact,
  expire,
};

export const command: Command = {
  usage:
    'etl [run|try|types|backfill|status|schema|redrive|dead-letters|compact|expire] <file.pipeline.yaml>…',
  summary: 'Streams Kafka topics into Iceberg tables. Ctrl+C commits what was read and ends.',
  details: [
    '  run file…                 run pipelines side by side; the word may be left out',
    '  try file                  what the first records of the topics would become; nothing is written',
    '  types file                write the TypeScript declarations for its transform beside it',
    '  backfill file --from --to load one stretch of the topics, exactly once, without moving the running offsets',
    '  status [file…]            how far pipelines are, wherever they run: read from their tables',
    '  schema file…              when, by whom and how the columns of their tables were changed',
    '  dead-letters file         what is in the dead-letter table, and why; --drop discards it',
    '  redrive file              try dead letters again after a fix: rows move to the table in one commit, exactly once',
    '  compact file…             put small data files of the tables together; writers may go on',
    '  expire file…              let old snapshots go, and the files that no branch or tag needs',
  ].join('\n'),
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
    json: 'print every event as one JSON object per line; for status, redrive and dead-letters one JSON value',
    yes: 'take the schema that is proposed from a sample of the topic; discard without asking',
    from: 'backfill: earliest (default), a time such as 2026-01-31T08:00:00Z, or offsets such as 0=100,1=250',
    to: 'backfill: latest (default), a time, or offsets; what stands there is not loaded any more',
    again: 'backfill: also load what the table holds already',
    'metrics-port': 'serve metrics for Prometheus at http://127.0.0.1:<port>/metrics; 0 takes a free port',
    'dry-run': 'redrive, dead-letters --drop, compact and expire: only say what would be done',
    ...LETTER_OPTIONS_HELP,
    limit:
      'dead-letters: so many examples of each kind of error (default 1); try and types: so many records (default 20 and 1000)',
    drop: 'dead-letters: discard them, after the number is typed or with --yes',
    'skip-lost': 'go on behind records that Kafka deleted before they were read',
    'reset-offsets': 'forget how far the table is: the topic was made anew or belongs to another cluster',
    'from-snapshot': 'after a rollback of the table, go on from the snapshot that it shows now',
    ...ENDPOINTS_HELP,
  },
  run: input => {
    const [first = '', ...rest] = input.positionals;
    const subcommand = SUBCOMMANDS[first];
    return subcommand === undefined ? runPipelines(input, input.positionals) : subcommand(input, rest);
  },
};
