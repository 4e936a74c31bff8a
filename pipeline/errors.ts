/** Why a pipeline halted: stable names that a program may act on. */
export type HaltCode =
  | 'offsets-lost'
  | 'topic-recreated'
  | 'cluster-changed'
  | 'topic-missing'
  | 'partitions-missing'
  | 'branch-missing'
  | 'table-dropped'
  | 'table-replaced'
  | 'table-rolled-back'
  | 'tables-apart'
  | 'another-writer'
  | 'already-loaded'
  | 'schema-mismatch'
  | 'partitioning-mismatch'
  | 'registry-refused'
  | 'too-many-bad-records'
  | 'bad-record'
  | 'transform-unusable'
  | 'transform-memory';

/** The pipeline stopped itself because going on could lose, double or spoil data. Nothing was written that is not complete. */
export class PipelineHalt extends Error {
  override readonly name = 'PipelineHalt';
  readonly code: HaltCode;
  readonly what: string;
  /** What the person can do now; may name a command. */
  readonly resolution: string;
  constructor(code: HaltCode, what: string, resolution: string) {
    super(`${what} ${resolution}`);
    this.code = code;
    this.what = what;
    this.resolution = resolution;
  }
}

/** Another writer moved the offsets or the assignment of partitions changed: start again from the table. Not for people. */
export class PositionsMoved extends Error {
  override readonly name = 'PositionsMoved';
  /** Whether the files of the unit that could not be committed are certainly named by no commit, now or later. */
  readonly files: 'unused' | 'unknown';
  constructor(message: string, files: PositionsMoved['files'] = 'unknown') {
    super(message);
    this.files = files;
  }
}

/** The command that carries out what a person has decided after a halt; in the editor it is typed into the terminal, too. */
export function runWith(option: '--skip-lost' | '--reset-offsets' | '--from-snapshot'): string {
  return `\`lakehouse etl run FILE ${option}\`, once.`;
}

export interface LostOffsets {
  readonly topic: string;
  readonly partition: number;
  readonly expected: bigint;
  /** The first offset that the partition still holds. */
  readonly found: bigint;
}

export function offsetsLost({ topic, partition, expected, found }: LostOffsets): PipelineHalt {
  return new PipelineHalt(
    'offsets-lost',
    `Topic ${topic}, partition ${partition}: the pipeline stands at offset ${expected}, but the topic now begins at ${found}: ` +
      `up to ${found - expected} records were deleted by retention before they were read.`,
    `If they may be given up: ${runWith('--skip-lost')}`,
  );
}

/** Another run of the same pipeline goes ahead again and again. */
export function anotherWriter(pipeline: string, last: PositionsMoved): PipelineHalt {
  return new PipelineHalt(
    'another-writer',
    `Pipeline ${pipeline} runs somewhere else as well, and that run was faster again and again. ${last.message}`,
    '`lakehouse etl status` names the process that wrote last. Stop one of the two; nothing was lost or doubled.',
  );
}

/** The record before a position is another one than the one that was read there. */
export function recordReplaced(place: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}): PipelineHalt {
  return new PipelineHalt(
    'topic-recreated',
    `Topic ${place.topic}, partition ${place.partition}: the record at offset ${place.offset} is not the one that the table ` +
      'holds: the topic was deleted and made again.',
    `To load the new topic from its beginning behind the rows that are there: ${runWith('--reset-offsets')}`,
  );
}

export function topicMissing(topic: string): PipelineHalt {
  return new PipelineHalt(
    'topic-missing',
    `Kafka has no topic ${topic}.`,
    'Create it or produce to it, or correct source.topic.',
  );
}

/** The schema registry answers, but gives no schemas. */
export function registryRefused(what: string): PipelineHalt {
  return new PipelineHalt(
    'registry-refused',
    `The schema registry gives no schemas: ${what}`,
    'Set LAKEHOUSE_REGISTRY_USERNAME and LAKEHOUSE_REGISTRY_PASSWORD (or LAKEHOUSE_REGISTRY_TOKEN), or correct source.registry.url.',
  );
}
