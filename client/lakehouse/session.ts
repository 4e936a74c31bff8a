import type { Event } from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { SERVICE_NAMES } from '../../docker/events.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import { createEmitter } from '../emitter.ts';
import type { EventListener, LakehouseControl } from './control.ts';
import { applyEvent, NO_SERVICES, type Services } from './services.ts';

/** The lakehouse as this window knows it. Views draw it and ask `endpoints`; nobody else keeps a copy. */
export interface LakehouseSession {
  readonly control: LakehouseControl;
  readonly services: Services;
  /** Where the lakehouse answers; there from the first service that is ready to the last one that stops. */
  readonly endpoints: LakehouseEndpoints | undefined;
  /** After every change of a state or of the endpoints. */
  readonly onDidChange: Event<void>;
  /** Follows the lakehouse from now on; before that nothing is asked of it. */
  open(): void;
  /**
   * Runs `up`; one at a time, a second call joins the first. `onNotice` gets the texts that belong to no service, `change`
   * counts above the settings.
   */
  start(signal: AbortSignal, onNotice: (text: string) => void, change?: SettingsChange): Promise<void>;
  /** Another lakehouse from now on, e.g. after a change of the settings. */
  use(control: LakehouseControl): void;
  dispose(): void;
}

/** A session over `first`, knowing nothing until it is opened. */
export function createSession(first: LakehouseControl, log: (text: string) => void): LakehouseSession {
  const changed = createEmitter<void>();
  let control = first;
  let services = NO_SERVICES;
  let endpoints: LakehouseEndpoints | undefined;
  let starting: Promise<void> | undefined;
  let following: AbortController | undefined;

  /** Endpoints come and go with the services, so they are looked up when the first one becomes ready. */
  const followEndpoints = async (source: LakehouseControl): Promise<void> => {
    const isUsable = SERVICE_NAMES.some(name => services[name].kind === 'ready');
    if (isUsable === (endpoints !== undefined)) return;
    // Services come and go in between: the next change of a state asks again.
    const found = isUsable ? await source.endpoints().catch(() => undefined) : undefined;
    if (source !== control || found === endpoints) return;
    endpoints = found;
    changed.fire();
  };
  /** Reports of a lakehouse that was replaced meanwhile are dropped. */
  const listenTo = (source: LakehouseControl): EventListener => {
    return event => {
      if (source !== control || event.kind !== 'service') return;
      services = applyEvent(services, event);
      changed.fire();
      void followEndpoints(source);
    };
  };
  const open = (): void => {
    if (following !== undefined) return;
    const source = control;
    const own = (following = new AbortController());
    source.follow(listenTo(source), own.signal).catch((error: unknown) => {
      log(`Following ${source.title} failed: ${String(error)}`);
      // An engine that could not be used when the window opened may be there when somebody presses Start.
      if (following === own) following = undefined;
    });
  };
  const up: LakehouseSession['start'] = async (signal, onNotice, change) => {
    open();
    const source = control;
    const listen = listenTo(source);
    const report: EventListener = event => {
      if (event.kind === 'notice') onNotice(event.text);
      else listen(event);
    };
    await source.up(report, signal, change);
    await followEndpoints(source);
  };
  return {
    get control() {
      return control;
    },
    get services() {
      return services;
    },
    get endpoints() {
      return endpoints;
    },
    onDidChange: changed.event,
    open,
    start: (signal, onNotice, change) => {
      starting ??= up(signal, onNotice, change).finally(() => (starting = undefined));
      return starting;
    },
    use: next => {
      following?.abort();
      following = undefined;
      starting = undefined;
      control = next;
      services = NO_SERVICES;
      endpoints = undefined;
      changed.fire();
      open();
    },
    dispose: () => following?.abort(),
  };
}
