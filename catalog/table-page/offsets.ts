import { type JsonObject, parseJson, readInt64, readObject } from '../json.ts';

/** How far a pipeline of ours has written a topic into the table, as the table's own property says. */
export interface PipelineOffsets {
  readonly pipeline: string;
  /** The property of the table in which they stand. */
  readonly property: string;
  readonly topics: readonly TopicOffsets[];
  /** True when the property is not of the form that our pipelines write. */
  readonly isUnreadable: boolean;
}

export interface TopicOffsets {
  readonly topic: string;
  /** By partition: the offset of the first record that is not in the table yet. */
  readonly next: ReadonlyMap<number, bigint>;
}

/** The pipelines that write a table: one property `lakehouse.<pipeline>.offsets` each. */
export function readPipelineOffsets(properties: Readonly<Record<string, string>>): PipelineOffsets[] {
  return Object.entries(properties).flatMap(([name, text]) => {
    const pipeline = /^lakehouse\.(.+)\.offsets$/.exec(name)?.[1];
    return pipeline === undefined ? [] : [{ pipeline, property: name, ...readOffsets(text) }];
  });
}

function readOffsets(text: string): Pick<PipelineOffsets, 'topics' | 'isUnreadable'> {
  try {
    const topics = readObject(readObject(parseJson(text), 'offsets')['topics'], 'topics');
    return {
      isUnreadable: false,
      topics: Object.entries(topics).map(([topic, value]) => readTopic(topic, readObject(value, topic))),
    };
  } catch {
    return { isUnreadable: true, topics: [] };
  }
}

function readTopic(topic: string, raw: JsonObject): TopicOffsets {
  const partitions = Object.entries(readObject(raw['p'], `${topic}.p`));
  return {
    topic,
    next: new Map(partitions.map(([partition, next]) => [Number(partition), readInt64(next, topic)])),
  };
}
