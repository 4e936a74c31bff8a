/** The four services of a lakehouse, in the order in which a person names them. */
export const SERVICE_NAMES = ['kafka', 'objectStore', 'nessie', 'trino'] as const;
/** The name of a service in code, files and command lines. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Where one service stands. Both back ends speak it; the command line and the editor both draw it. */
export type ServiceState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'fetching';
      readonly artifact: string;
      readonly receivedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly kind: 'starting'; readonly step: string; readonly elapsedMs: number }
  | { readonly kind: 'ready'; readonly address: string; readonly pid?: number; readonly rssBytes?: number }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly cause: string; readonly lastLines: readonly string[] };

/** One step in the life of a lakehouse: the only thing `up`, `down` and `watch` report. */
export type LakehouseEvent =
  | {
      readonly kind: 'service';
      readonly at: number;
      readonly service: ServiceName;
      readonly state: ServiceState;
    }
  | { readonly kind: 'notice'; readonly at: number; readonly text: string };
