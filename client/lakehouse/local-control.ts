import type { Lakehouse } from '../../docker/lakehouse.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import type { LakehouseControl } from './control.ts';

export interface LocalLakehouse {
  /** Called at first use, so that a window that only reads SQL never loads it. */
  readonly open: () => Promise<Lakehouse>;
  /** What the settings want changed, asked at every start. Rejects when they cannot be read. */
  readonly change: () => Promise<SettingsChange>;
}

/** The lakehouse of this machine. */
export function createLocalControl({ open, change }: LocalLakehouse): LakehouseControl {
  let opened: Promise<Lakehouse> | undefined;
  // A Docker engine that does not answer now may answer at the next try.
  const lakehouse = (): Promise<Lakehouse> =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  return {
    title: 'the lakehouse of this machine',
    follow: async (onEvent, signal) => {
      for await (const event of (await lakehouse()).watch(signal)) onEvent(event);
    },
    endpoints: async () => (await lakehouse()).endpoints(),
    up: async (onEvent, signal) => {
      const settings = await change();
      await (await lakehouse()).up({ settings, onEvent, signal });
    },
    owner: {
      name: async () => (await lakehouse()).name,
      down: async onEvent => {
        await (await lakehouse()).down({ onEvent });
      },
      reset: async (confirm, onEvent) => (await lakehouse()).reset({ confirm, onEvent }),
      followLog: async function* (service, signal) {
        yield* (await lakehouse()).logs(service, { follow: true, signal });
      },
    },
  };
}
