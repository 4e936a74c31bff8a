import type { RawRecord } from '../../rows/raw-record.ts';

/** What the context of a record needs from outside. Nothing of it is ever given to the user's code. */
export interface RecordContextHost {
  readonly pipeline: string;
  /** UTF-8, whatever is wrong in it replaced. Must not throw. */
  readonly text: (bytes: Uint8Array) => string;
  /** Names and values of a record's headers, as text. Must not throw. */
  readonly headers: (packed: Uint8Array | undefined) => readonly (readonly [string, string])[];
}

/**
 * Evaluated inside the context by its text, so it names nothing that stands outside of it. Makes the second argument of a
 * transform: where a record stood. Most functions do not ask, so everything is made when it is asked for.
 */
export function createRecordContexts(host: RecordContextHost): (record: RawRecord) => object {
  class RecordContext {
    readonly #record: RawRecord;
    constructor(record: RawRecord) {
      this.#record = record;
    }
    get pipeline(): string {
      return host.pipeline;
    }
    get topic(): string {
      return this.#record.topic;
    }
    get partition(): number {
      return this.#record.partition;
    }
    get offset(): bigint {
      return this.#record.offset;
    }
    get timestamp(): Date {
      return new Date(this.#record.timestamp);
    }
    get key(): string | undefined {
      const { key } = this.#record;
      return key === undefined ? undefined : host.text(key);
    }
    get keyBytes(): Uint8Array | undefined {
      const { key } = this.#record;
      return key === undefined ? undefined : new Uint8Array(key);
    }
    /** The last value of each name counts. */
    get headers(): object {
      // The pairs are of the outside: only their texts are handed on.
      return Object.fromEntries(Array.from(host.headers(this.#record.headers), pair => [pair[0], pair[1]]));
    }
  }
  return record => new RecordContext(record);
}
