import { createHash } from 'node:crypto';
import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import type { PipelineConfig } from './config.ts';
import { offsetsLost, PipelineHalt } from './errors.ts';
import { parseOffsets } from './iceberg/offsets.ts';
import type { OffsetRange, RecordSource } from './kafka/record-source.ts';
import { splitTopicPartition, type TopicPartition, topicPartition } from './topic-partition.ts';

/** One end of a stretch of topics. */
export type OffsetBound =
  | { readonly kind: 'earliest' | 'latest' }
  /** Milliseconds since the epoch; the first record at that time or later. */
  | { readonly kind: 'time'; readonly time: number }
  /** By partition; partitions that are not named are not read. */
  | { readonly kind: 'offsets'; readonly offsets: ReadonlyMap<TopicPartition, bigint> };

/** A stretch of the topics that is to be loaded: from `from` on, before `to`. */
export interface OffsetRangeRequest {
  readonly from: OffsetBound;
  readonly to: OffsetBound;
  /** Load it although the table holds some of it. */
  readonly again?: boolean;
}

/**
 * Reads `earliest`, `latest`, a time (ISO 8601 with a zone, or a date in UTC), or offsets: `0=100,1=250` of the only topic,
 * `orders/0=100` of one of several. Throws a RangeError.
 */
export function parseBound(text: string, { topics }: Pick<PipelineConfig['source'], 'topics'>): OffsetBound {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) {
    const time = Date.parse(text.replace(' ', 'T'));
    if (!Number.isNaN(time)) return { kind: 'time', time };
  }
  const offsets = new Map<TopicPartition, bigint>();
  for (const item of text.split(',')) {
    const match = /^(?:(.+)\/)?(\d+)=(\d+)$/.exec(item.trim());
    const topic = match?.[1] ?? (topics.length === 1 ? topics[0] : undefined);
    if (match === null || topic === undefined || !topics.includes(topic)) throw badBound(text);
    offsets.set(topicPartition(topic, Number(match[2])), BigInt(match[3] ?? 0));
  }
  return { kind: 'offsets', offsets };
}

function badBound(text: string): RangeError {
  return new RangeError(
    `${JSON.stringify(text)} is no place in a topic: write earliest, latest, a time with its zone such as 2026-01-31T08:00:00Z, ` +
      'or offsets such as 0=100,1=250 (topic/0=100 where there are several topics).',
  );
}

/** The name under which the table keeps how far a back-fill is. The same stretch has the same name, so it can be gone on with. */
export function backfillName(
  pipeline: string,
  texts: { readonly from: string; readonly to: string },
): string {
  const id = createHash('sha256').update(`${texts.from}\n${texts.to}`).digest('hex').slice(0, 8);
  return `${pipeline}.backfill-${id}`;
}

export interface Stretch {
  readonly from: ReadonlyMap<TopicPartition, bigint>;
  readonly to: ReadonlyMap<TopicPartition, bigint>;
}

/** The offsets of a stretch as the topics are now. Throws PipelineHalt where it begins before what Kafka still holds. */
export async function resolveStretch(
  source: Pick<RecordSource, 'offsetsAt'>,
  ranges: ReadonlyMap<TopicPartition, OffsetRange>,
  { from, to }: OffsetRangeRequest,
): Promise<Stretch> {
  const [starts, ends] = [await resolveBound(source, ranges, from), await resolveBound(source, ranges, to)];
  const stretch = { from: new Map<TopicPartition, bigint>(), to: new Map<TopicPartition, bigint>() };
  for (const [name, { low, high }] of ranges) {
    const [start, end] = [starts.get(name) ?? high, ends.get(name) ?? low];
    const last = end < high ? end : high;
    if (start >= last) continue;
    if (start < low) throw offsetsLost({ ...splitTopicPartition(name), expected: start, found: low });
    stretch.from.set(name, start);
    stretch.to.set(name, last);
  }
  return stretch;
}

async function resolveBound(
  source: Pick<RecordSource, 'offsetsAt'>,
  ranges: ReadonlyMap<TopicPartition, OffsetRange>,
  bound: OffsetBound,
): Promise<ReadonlyMap<TopicPartition, bigint>> {
  switch (bound.kind) {
    case 'offsets':
      return bound.offsets;
    case 'time':
      return source.offsetsAt(bound.time);
    case 'earliest':
      return new Map([...ranges].map(([name, { low }]) => [name, low]));
    case 'latest':
      return new Map([...ranges].map(([name, { high }]) => [name, high]));
  }
}

/** Throws PipelineHalt when the pipeline itself, or another back-fill of it, has loaded a part of the stretch into the table. */
export function refuseOverlap(metadata: TableMetadata, backfill: string, stretch: Stretch): void {
  const pipeline = backfill.replace(/\.backfill-[0-9a-f]+$/, '');
  for (const loaded of loadedBy(metadata, pipeline)) {
    if (loaded.by === backfill) continue;
    const { name, from, to } = loaded;
    const end = stretch.to.get(name);
    const start = stretch.from.get(name);
    if (end === undefined || start === undefined) continue;
    if (start < to && from < end) throw overlaps(loaded, [start, end]);
  }
}

/**
 * Where a pipeline that has committed nothing yet begins beside its back-fills: behind those that have loaded the records at
 * its start. Throws PipelineHalt when one has loaded later records, which it would load a second time on its way.
 */
export function startBehindBackfills(
  metadata: TableMetadata,
  pipeline: string,
  positions: ReadonlyMap<TopicPartition, bigint>,
): ReadonlyMap<TopicPartition, bigint> {
  const loaded = loadedBy(metadata, pipeline).sort((a, b) => (a.from < b.from ? -1 : 1));
  const behind = new Map(positions);
  for (const stretch of loaded) {
    const position = behind.get(stretch.name);
    if (position === undefined || stretch.to <= position) continue;
    if (stretch.from > position) throw wouldRepeat(pipeline, stretch, position);
    behind.set(stretch.name, stretch.to);
  }
  return behind;
}

interface LoadedStretch {
  /** The pipeline or back-fill that loaded it. */
  readonly by: string;
  readonly name: TopicPartition;
  readonly from: bigint;
  /** Behind its last record. */
  readonly to: bigint;
}

/** What a pipeline and its back-fills have loaded into a table. */
function loadedBy(metadata: TableMetadata, pipeline: string): LoadedStretch[] {
  return Object.entries(metadata.properties).flatMap(([key, text]) => {
    const by = /^lakehouse\.(.+)\.offsets$/.exec(key)?.[1];
    if (by === undefined || (by !== pipeline && !by.startsWith(`${pipeline}.backfill-`))) return [];
    const { starts, next } = parseOffsets(text);
    return [...next].map(([name, to]) => ({ by, name, from: starts.get(name) ?? 0n, to }));
  });
}

function wouldRepeat(
  pipeline: string,
  { by, name, from, to }: LoadedStretch,
  position: bigint,
): PipelineHalt {
  return new PipelineHalt(
    'already-loaded',
    `${pipeline} would begin at offset ${position} of ${name}, but ${by} has loaded ${from} to ${to - 1n} into this table: ` +
      'rows would be there twice.',
    `Load ${position} to ${from - 1n} with \`lakehouse etl backfill\` first, or begin with start: latest.`,
  );
}

function overlaps(loaded: LoadedStretch, [start, end]: readonly [bigint, bigint]): PipelineHalt {
  const { by, name, from, to } = loaded;
  return new PipelineHalt(
    'already-loaded',
    `Of ${name}, offsets ${start} to ${end - 1n} are asked for, but ${by} has loaded ${from} to ` +
      `${to - 1n} into this table: rows would be there twice.`,
    'Choose other bounds with --from and --to, or give --again to load them a second time.',
  );
}
