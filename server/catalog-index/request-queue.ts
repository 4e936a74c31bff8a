/** Time as the index sees it, so that tests hold it in their hands. */
export interface Clock {
  readonly now: () => number;
  /** Calls back once; the returned function calls it off. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

export interface RequestQueueOptions {
  readonly clock: Clock;
  /** How many requests may be in flight at once. */
  readonly limit: number;
  readonly onFailure: (what: string, error: unknown) => void;
}

interface Job {
  readonly key: string;
  readonly group: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/**
 * Runs requests, a few at a time. A request whose key is waiting or running already is not asked again; one that failed
 * may be asked again only after a pause, which doubles with each failure in a row.
 */
export class RequestQueue {
  private readonly options: RequestQueueOptions;
  private readonly waiting: Job[] = [];
  private readonly pending = new Set<string>();
  private readonly failures = new Map<string, { count: number; until: number }>();
  private readonly abort = new AbortController();
  private running = 0;

  constructor(options: RequestQueueOptions) {
    this.options = options;
  }

  /**
   * True when the request was taken, false when it is under way or in its pause after a failure. A failure makes all
   * requests of its group wait.
   */
  add(key: string, run: (signal: AbortSignal) => Promise<void>, group = key): boolean {
    if (this.abort.signal.aborted || this.pending.has(key) || this.isPaused(group)) return false;
    this.pending.add(key);
    this.waiting.push({ key, group, run });
    this.startNext();
    return true;
  }

  /** How many requests run or wait. */
  get size(): number {
    return this.pending.size;
  }

  /** Lets every request be asked again at once, for example when the servers were started. */
  forgetFailures(): void {
    this.failures.clear();
  }

  dispose(): void {
    this.waiting.length = 0;
    this.abort.abort(new Error('The catalog index was closed.'));
  }

  private isPaused(key: string): boolean {
    const failure = this.failures.get(key);
    return failure !== undefined && failure.until > this.options.clock.now();
  }

  private startNext(): void {
    while (this.running < this.options.limit) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      this.running++;
      void this.run(job);
    }
  }

  private async run(job: Job): Promise<void> {
    try {
      await job.run(this.abort.signal);
      this.failures.delete(job.group);
    } catch (error) {
      if (!this.abort.signal.aborted) this.pause(job, error);
    } finally {
      this.running--;
      this.pending.delete(job.key);
      this.startNext();
    }
  }

  private pause({ key, group }: Job, error: unknown): void {
    const count = (this.failures.get(group)?.count ?? 0) + 1;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1));
    this.failures.set(group, { count, until: this.options.clock.now() + delay });
    this.options.onFailure(key, error);
  }
}
