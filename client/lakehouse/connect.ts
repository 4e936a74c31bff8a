import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { readSettings } from '../config.ts';
import type { LakehouseControl } from './control.ts';
import { readEndpointsFile } from './endpoints-file.ts';
import { createLocalControl } from './local-control.ts';
import { reachService } from './reach.ts';
import { createRemoteControl } from './remote-control.ts';

/** Adds to endpoints what is kept for them alone. */
export type AddLogin = (endpoints: LakehouseEndpoints) => Promise<LakehouseEndpoints>;

/** The lakehouse that the settings choose. Nothing is asked of it yet. */
export function chooseLakehouse(addLogin: AddLogin): LakehouseControl {
  const { endpointsFile, home, backend, dockerHost } = readSettings();
  if (endpointsFile !== '') {
    return createRemoteControl({
      file: endpointsFile,
      readEndpoints: async () => addLogin(await readEndpointsFile(endpointsFile)),
      reach: reachService,
    });
  }
  const engine = dockerHost === '' ? {} : { engineHost: dockerHost };
  const local = createLocalControl({
    engine,
    open: async () => {
      const { parseBackend, selectLakehouse } = await import('../../docker/select.ts');
      return selectLakehouse({
        backend: parseBackend(backend),
        ...(home === '' ? {} : { home }),
        ...engine,
      });
    },
    change: async () => {
      const { OBJECT_STORES, parsePorts, PROFILES } = await import('../../docker/settings.ts');
      const settings = readSettings();
      const profile = PROFILES.find(name => name === settings.profile);
      const objectStore = OBJECT_STORES.find(name => name === settings.objectStore);
      const list = portList();
      return {
        ...(list === '' ? {} : { ports: parsePorts(list) }),
        ...(profile === undefined ? {} : { profile }),
        ...(objectStore === undefined ? {} : { objectStore }),
      };
    },
  });
  return { ...local, endpoints: async () => addLogin(await local.endpoints()) };
}

/** The chosen ports as the command line's `--ports` takes them. */
function portList(): string {
  const { kafkaPort, objectStorePort, nessiePort, trinoPort } = readSettings();
  const ports = { kafka: kafkaPort, objectStore: objectStorePort, nessie: nessiePort, trino: trinoPort };
  const chosen = Object.entries(ports).filter(([, port]) => port !== '');
  return chosen.map(([service, port]) => `${service}=${port}`).join(',');
}
