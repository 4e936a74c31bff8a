/** One setting as package.json contributes it. `isRestricted` settings are ignored in a workspace that is not trusted. */
export interface Setting<T> {
  readonly key: string;
  readonly default: T;
  readonly isRestricted: boolean;
}

/** Every setting, once: its full key, its default and whether an untrusted workspace may set it. */
export const SETTINGS = {
  /** Path of the endpoints.json of a lakehouse that somebody else runs; empty for this machine's own. */
  endpointsFile: { key: 'lakehouse.endpointsFile', default: '', isRestricted: true },
  /** The directory of this machine's lakehouse; empty for the usual one. */
  home: { key: 'lakehouse.home', default: '', isRestricted: true },
  /** Who runs this machine's lakehouse: `docker`, `processes`, or `auto`. */
  backend: { key: 'lakehouse.backend', default: 'auto', isRestricted: true },
  /** The Docker engine's host, above DOCKER_HOST and the docker contexts; empty to look for one. */
  dockerHost: { key: 'lakehouse.docker.host', default: '', isRestricted: true },
  /** How much of it runs, and what holds the tables; empty leaves it as it is. Fixed once there is data. */
  profile: { key: 'lakehouse.profile', default: '', isRestricted: true },
  objectStore: { key: 'lakehouse.objectStore', default: '', isRestricted: true },
  /** Ports of this machine's lakehouse: a number or `auto`; empty leaves a port as it is. */
  kafkaPort: { key: 'lakehouse.ports.kafka', default: '', isRestricted: true },
  objectStorePort: { key: 'lakehouse.ports.objectStore', default: '', isRestricted: true },
  nessiePort: { key: 'lakehouse.ports.nessie', default: '', isRestricted: true },
  trinoPort: { key: 'lakehouse.ports.trino', default: '', isRestricted: true },
  /** How SQL is formatted; the indentation is the editor's. */
  sqlKeywordCase: { key: 'lakehouse.sql.format.keywordCase', default: 'upper', isRestricted: false },
  sqlCommas: { key: 'lakehouse.sql.format.commas', default: 'trailing', isRestricted: false },
  sqlLineWidth: { key: 'lakehouse.sql.format.lineWidth', default: 100, isRestricted: false },
  /** Whether Trino checks a SQL file when it is saved. */
  sqlValidateOnSave: { key: 'lakehouse.sql.validateOnSave', default: false, isRestricted: false },
  /** Rows that one result fetches before it stops asking Trino for more. */
  maxRows: { key: 'lakehouse.query.maxRows', default: 10_000, isRestricted: false },
} as const satisfies Readonly<Record<string, Setting<string | number | boolean>>>;

/** The values of all settings. */
export type Settings = {
  readonly [Name in keyof typeof SETTINGS]: Widen<(typeof SETTINGS)[Name]['default']>;
};
export type SettingName = keyof typeof SETTINGS;

type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : never;
