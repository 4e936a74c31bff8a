import { NessieError } from '../catalog/nessie.ts';
import { ObjectStoreError } from '../catalog/storage-error.ts';

/** The servers that a pipeline cannot do without. */
export type ServerName = 'Kafka' | 'Nessie' | 'The object store' | 'The schema registry';

/** Which servers do not answer now. Each silence is told once when it begins, about once a minute, and when it is over. */
export interface Outages {
  failed(server: ServerName, reason: string): void;
  answered(server: ServerName): void;
  /** The servers that the pipeline waits for. */
  waitingFor(): readonly ServerName[];
}

const REMINDER_MS = 60_000;

export function createOutages(
  tell: (level: 'info' | 'warn', text: string) => void,
  now: () => number = () => performance.now(),
): Outages {
  const open = new Map<ServerName, { readonly since: number; told: number }>();
  const lasted = (since: number): string => `${Math.round((now() - since) / 1000)} s`;
  return {
    failed: (server, reason) => {
      const outage = open.get(server);
      if (outage === undefined) {
        open.set(server, { since: now(), told: now() });
        tell('warn', `${server} fails: ${reason} The pipeline waits and goes on by itself; nothing is lost.`);
      } else if (now() - outage.told >= REMINDER_MS) {
        outage.told = now();
        tell('warn', `${server} has failed for ${lasted(outage.since)}: ${reason} Still waiting.`);
      }
    },
    answered: server => {
      const outage = open.get(server);
      if (outage === undefined) return;
      open.delete(server);
      tell('info', `${server} answers again after ${lasted(outage.since)}.`);
    },
    waitingFor: () => [...open.keys()],
  };
}

/** The server that a failure came from. */
export function serverOf(error: unknown): ServerName {
  if (error instanceof NessieError) return 'Nessie';
  return error instanceof ObjectStoreError ? 'The object store' : 'Kafka';
}
