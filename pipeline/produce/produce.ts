import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicProducer } from '../kafka/topic-producer.ts';
import type { ProduceRow, RowStream } from './rows.ts';

export interface ProduceOptions {
  readonly rows: RowStream;
  readonly producer: TopicProducer;
  /** A text with `{column}` for the value of a column; undefined: records have no key. */
  readonly keyTemplate: string | undefined;
  /** How a row is written; JSON by default. */
  readonly write?: ((row: ProduceRow) => string | Buffer) | undefined;
  /** At most this many rows per second; undefined: as fast as it goes. */
  readonly rowsPerSecond?: number | undefined;
  readonly signal?: AbortSignal;
  /** Told after every batch that the brokers have. */
  readonly onProgress?: (rows: number) => void;
}

export interface ProduceSummary {
  readonly rows: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Sends rows to a topic. Ends early, without an error, when the signal is aborted. */
export async function produceRows(options: ProduceOptions): Promise<ProduceSummary> {
  const { rows, producer, write = JSON.stringify, rowsPerSecond, signal, onProgress } = options;
  const keyOf = options.keyTemplate === undefined ? () => null : compileKeyTemplate(options.keyTemplate);
  const started = performance.now();
  let sent = 0;
  let bytes = 0;
  let sending: Promise<void> = Promise.resolve();
  for await (const batch of rows) {
    for (const part of cut(batch, rowsPerSecond)) {
      if (signal?.aborted === true) break;
      const records = part.map(row => ({ key: keyOf(row), value: write(row) }));
      // The next records are made while the last ones are on their way.
      await sending;
      onProgress?.(sent);
      sending = producer.send(records);
      sent += records.length;
      for (const record of records) bytes += record.value.length;
      if (rowsPerSecond !== undefined) await waitUntil(started + (sent / rowsPerSecond) * 1000, signal);
    }
    if (signal?.aborted === true) break;
  }
  await sending;
  onProgress?.(sent);
  return { rows: sent, bytes, milliseconds: performance.now() - started };
}

/** The key of a row by a template. A column that is null or missing counts as empty. */
export function compileKeyTemplate(template: string): (row: ProduceRow) => string {
  const parts = template.split(/\{([^{}]+)\}/);
  return row =>
    parts
      .map((part, index) => (index % 2 === 0 ? part : keyText(Object.hasOwn(row, part) ? row[part] : null)))
      .join('');
}

function keyText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** With a rate limit, parts of a tenth of a second, so that the stream is even. */
function cut(rows: readonly ProduceRow[], rowsPerSecond: number | undefined): (readonly ProduceRow[])[] {
  if (rowsPerSecond === undefined) return [rows];
  const size = Math.max(1, Math.ceil(rowsPerSecond / 10));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows.slice(i * size, (i + 1) * size),
  );
}

async function waitUntil(time: number, signal: AbortSignal | undefined): Promise<void> {
  const rest = time - performance.now();
  if (rest <= 0) return;
  await sleep(rest, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
