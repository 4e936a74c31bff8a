import type { Disposable, Event } from 'vscode';

/** A source of events in the editor's shape that needs no editor, so that what uses it can be tested outside of one. */
export interface Emitter<T> {
  readonly event: Event<T>;
  fire(value: T): void;
}

/** An emitter that calls its listeners in the order in which they came. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    event: (listener, thisArgs, disposables) => {
      const call = (value: T): void => void listener.call(thisArgs, value);
      listeners.add(call);
      const disposable: Disposable = { dispose: () => listeners.delete(call) };
      disposables?.push(disposable);
      return disposable;
    },
    fire: value => {
      for (const listener of [...listeners]) listener(value);
    },
  };
}
