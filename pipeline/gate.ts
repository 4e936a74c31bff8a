/** A limit on what may be on its way at once: who adds beyond it waits until enough has arrived. */
export interface Gate {
  readonly held: () => number;
  /** Waits until there is room, then counts the amount as on its way. One that is larger than the limit passes alone. */
  enter(amount: number): Promise<void>;
  /** Counts an amount that is there already, without waiting. */
  add(amount: number): void;
  leave(amount: number): void;
  /** While closed nobody enters. */
  setClosed(closed: boolean): void;
  /** Ends all waiting with an error. */
  abort(error: Error): void;
}

export function createGate(limit: number): Gate {
  let held = 0;
  let closed = false;
  let failure: Error | undefined;
  let changed = Promise.withResolvers<void>();
  const notify = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  return {
    held: () => held,
    enter: async amount => {
      while (failure === undefined && (closed || (held > 0 && held + amount > limit))) await changed.promise;
      if (failure !== undefined) throw failure;
      held += amount;
    },
    add: amount => {
      held += amount;
    },
    leave: amount => {
      held -= amount;
      notify();
    },
    setClosed: value => {
      closed = value;
      notify();
    },
    abort: error => {
      failure ??= error;
      notify();
    },
  };
}
