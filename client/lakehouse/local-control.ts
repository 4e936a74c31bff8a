import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '../../docker/events.ts';
import type { Lakehouse } from '../../docker/lakehouse.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import type { EventListener, LakehouseControl } from './control.ts';

const OPEN_AGAIN_MS = 2_000;

export interface LocalLakehouse {
  /** Called at first use, so that a window that only reads SQL never loads it. */
  readonly open: () => Promise<Lakehouse>;
  /** What the settings want changed, asked at every start. Rejects when they cannot be read. */
  readonly change: () => Promise<SettingsChange>;
  /** The Docker engine that the settings choose. */
  readonly engine: { readonly engineHost?: string };
  /** How long to wait before it is tried to be opened again. */
  readonly openAgainMs?: number;
}

/** The lakehouse of this machine. */
export function createLocalControl({ open, change, engine, openAgainMs }: LocalLakehouse): LakehouseControl {
  let opened: Promise<Lakehouse> | undefined;
  let place: string | undefined;
  const openNow = async (): Promise<Lakehouse> => {
    try {
      const found = await open();
      place = found.place;
      return found;
    } catch (error) {
      // A Docker engine that does not answer now may answer at the next try.
      opened = undefined;
      throw error;
    }
  };
  const lakehouse = (): Promise<Lakehouse> => (opened ??= openNow());
  // What was chosen at an obstacle holds for later starts too, until the settings say something else.
  let remedy: { readonly settings: string; readonly change: SettingsChange } | undefined;
  const wanted = async (more?: SettingsChange): Promise<SettingsChange> => {
    const settings = await change();
    const key = JSON.stringify(settings);
    const before = remedy?.settings === key ? remedy.change : {};
    remedy = { settings: key, change: mergeChanges(before, more ?? {}) };
    return mergeChanges(settings, remedy.change);
  };
  return {
    title: 'the lakehouse of this machine',
    get place() {
      return place;
    },
    follow: async (onEvent, signal) => {
      const found = await untilOpened(lakehouse, {
        onEvent,
        signal,
        openAgainMs: openAgainMs ?? OPEN_AGAIN_MS,
      });
      for await (const event of found?.watch(signal) ?? []) onEvent(event);
    },
    endpoints: async () => (await lakehouse()).endpoints(),
    up: async (onEvent, signal, more) => {
      const settings = await wanted(more);
      await (await lakehouse()).up({ settings, onEvent, signal });
    },
    owner: {
      name: async () => (await lakehouse()).name,
      down: async onEvent => {
        await (await lakehouse()).down({ onEvent });
      },
      reset: async (confirm, onEvent) => (await lakehouse()).reset({ confirm, onEvent }),
      plan: async () => (await lakehouse()).plan(await wanted()),
      data: async () => (await lakehouse()).data(),
      diagnostics: async () => (await lakehouse()).diagnostics(),
      exportTo: async (file, options) => (await lakehouse()).exportTo(file, options),
      importFrom: async (file, options) => (await lakehouse()).importFrom(file, options),
      applyCatalogs: async (folder, signal) => {
        const { applyCatalogFolder } = await import('../../docker/federation/apply.ts');
        return applyCatalogFolder(await lakehouse(), folder, { env: process.env, signal });
      },
      orphans: async () => (await import('../../docker/select.ts')).findDockerOrphans(engine),
      removeOrphan: async orphan =>
        (await import('../../docker/select.ts')).removeDockerOrphan(orphan, engine),
      followLog: async function* (service, signal) {
        yield* (await lakehouse()).logs(service, { follow: true, signal });
      },
    },
  };
}

/**
 * The lakehouse as soon as it can be opened: after a login the editor is often there before the Docker engine is. Until
 * then every service is told as failed, with the cause; undefined when aborted.
 */
async function untilOpened(
  open: () => Promise<Lakehouse>,
  { onEvent, signal, openAgainMs }: { onEvent: EventListener; signal: AbortSignal; openAgainMs: number },
): Promise<Lakehouse | undefined> {
  let told = '';
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      const cause = (error as Error).message;
      const state = { kind: 'failed', cause, lastLines: [] } as const;
      if (cause !== told)
        for (const service of SERVICE_NAMES) onEvent({ kind: 'service', at: Date.now(), service, state });
      told = cause;
      await delay(openAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** Both changes; where they differ the second one counts. */
export function mergeChanges(first: SettingsChange, second: SettingsChange): SettingsChange {
  const extra = [0, 1].map(i => second.extraBrokerPorts?.[i] ?? first.extraBrokerPorts?.[i]);
  return {
    ...first,
    ...second,
    ports: { ...first.ports, ...second.ports },
    ...(extra.every(port => port === undefined) ? {} : { extraBrokerPorts: [extra[0], extra[1]] }),
  };
}
