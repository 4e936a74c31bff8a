import type { Java } from '../jdk.ts';
import type { ArtifactName } from '../artifacts/table.ts';
import type { ServiceName } from '../events.ts';
import type { StackSettings } from '../settings.ts';

/** One service of the lakehouse, described for every back end. */
export interface ServiceSpec {
  readonly name: ServiceName;
  /** As a person reads it, e.g. `Apache Kafka`. */
  readonly title: string;
  readonly version: string;
  readonly artifacts: readonly ArtifactName[];
  readonly needsJava: boolean;
  /** Ports beside the one that clients use; a free one is picked for each. */
  readonly internalPorts: readonly string[];
  /** Readiness needs these to be ready; the process itself starts beside them. */
  readonly readyAfter: readonly ServiceName[];
  /** Resident memory after a start with some use, as measured, for the check before starting. */
  readonly memoryMb: number;
  readonly launch: (site: Site) => Launch;
}

/** Where a service is to live: everything that `launch` may depend on. */
export interface Site {
  readonly settings: StackSettings;
  readonly configDirectory: string;
  readonly dataDirectory: string;
  /** The unpacked directory of an artifact. */
  readonly artifact: (name: ArtifactName) => string;
  readonly java: Java | undefined;
  /** `nessie` for the port that clients use, `nessie.management` for an internal one. */
  readonly port: (key: string) => number;
  readonly credentials: StoreCredentials;
  /** What catalogs of the workspace may name as `${ENV:…}`. */
  readonly catalogVariables: Readonly<Record<string, string>>;
  /** The text of `catalog/iceberg.properties`. */
  readonly icebergCatalog: string;
}

/** The key pair of this stack's object store. */
export interface StoreCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A process to be started, complete: two equal launches need no restart. Secrets stand in `env` only. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs; most do not care and run in their data directory. */
  readonly workingDirectory?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Config files, by path below the config directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links, by path below the config directory. */
  readonly links?: Readonly<Record<string, string>>;
  /** A command to be run before, unless `unless` (below the data directory) exists. */
  readonly prepare?: { readonly unless: string; readonly args: readonly string[] };
}

/** Everything listens here and nowhere else. */
export const LOOPBACK = '127.0.0.1';

/** The warehouse in the object store, and the region that its clients must name although it means nothing here. */
export const WAREHOUSE_BUCKET = 'warehouse';
export const STORE_REGION = 'us-east-1';

/** `http://127.0.0.1:9000` */
export function httpAddress(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}

/** Renders a Java .properties file. Some readers take it for ISO 8859-1, so everything else is written as `\\uXXXX`. */
export function renderProperties(entries: Readonly<Record<string, string | number | boolean>>): string {
  const escape = (text: string): string =>
    text
      .replace(/\\/g, '\\\\')
      .replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${escape(String(value))}\n`)
    .join('');
}

/** The Java of the site; asking for it without declaring `needsJava` is a fault of the service's description. */
export function javaBinary(site: Site): string {
  if (site.java === undefined) throw new Error('The service needs Java but does not say so.');
  return site.java.binary;
}
