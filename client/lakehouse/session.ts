import type { Event } from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { LakehouseEvent } from '../../docker/events.ts';
import { createEmitter } from '../emitter.ts';
import type { EventListener, LakehouseControl } from './control.ts';
import { applyEvent, NO_SERVICES, type Services } from './services.ts';

/** The lakehouse as this window knows it. Views draw it and ask `endpoints`; nobody else keeps a copy. */
export interface LakehouseSession {
  readonly services: Services;
  /** Where the lakehouse answers; absent until it can be used. */
  readonly endpoints: LakehouseEndpoints | undefined;
  readonly control: LakehouseControl;
  /** After every change of a state or of the endpoints. */
  readonly onDidChange: Event<void>;
  /** Looks at the lakehouse anew. Never rejects: what cannot be seen is stopped or failed. */
  refresh(): Promise<void>;
  /** Runs `up`; one at a time, a second call joins the first. `onNotice` gets the texts that belong to no service. */
  start(signal: AbortSignal, onNotice: (text: string) => void): Promise<LakehouseEndpoints>;
  stop(signal: AbortSignal): Promise<void>;
  /** Another lakehouse from now on, e.g. after a change of the settings. */
  use(control: LakehouseControl): Promise<void>;
}

/** A session over `control`, knowing nothing until `refresh` or `start`. */
export function createSession(first: LakehouseControl, log: (text: string) => void): LakehouseSession {
  const changed = createEmitter<void>();
  let control = first;
  let services = NO_SERVICES;
  let endpoints: LakehouseEndpoints | undefined;
  let starting: Promise<LakehouseEndpoints> | undefined;

  /** Reports of a lakehouse that was replaced meanwhile are dropped. */
  const listenTo = (source: LakehouseControl, onNotice: (text: string) => void): EventListener => {
    return (event: LakehouseEvent) => {
      if (source !== control) return;
      if (event.kind === 'notice') onNotice(event.text);
      services = applyEvent(services, event);
      changed.fire();
    };
  };
  const setEndpoints = (source: LakehouseControl, value: LakehouseEndpoints | undefined): void => {
    if (source !== control) return;
    endpoints = value;
    changed.fire();
  };
  const up = async (signal: AbortSignal, onNotice: (text: string) => void): Promise<LakehouseEndpoints> => {
    const source = control;
    const found = await source.up(listenTo(source, onNotice), signal);
    setEndpoints(source, found);
    return found;
  };
  const refresh = async (): Promise<void> => {
    const source = control;
    try {
      setEndpoints(source, await source.look(listenTo(source, log)));
    } catch (error) {
      log(`Looking at ${source.title} failed: ${String(error)}`);
      setEndpoints(source, undefined);
    }
  };
  return {
    get services() {
      return services;
    },
    get endpoints() {
      return endpoints;
    },
    get control() {
      return control;
    },
    onDidChange: changed.event,
    refresh,
    start: (signal, onNotice) => {
      starting ??= up(signal, onNotice).finally(() => (starting = undefined));
      return starting;
    },
    stop: async signal => {
      const source = control;
      setEndpoints(source, undefined);
      await source.down(listenTo(source, log), signal);
    },
    use: async next => {
      control = next;
      services = NO_SERVICES;
      endpoints = undefined;
      starting = undefined;
      changed.fire();
      await refresh();
    },
  };
}
