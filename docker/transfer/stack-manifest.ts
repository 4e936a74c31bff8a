import type { MadeCatalogs } from '../federation/made-catalogs.ts';
import type { StoreCredentials } from '../services/service.ts';
import { type Backend, BACKENDS, OBJECT_STORES, PROFILES, type StackSettings } from '../settings.ts';

export const STACK_FORMAT = 1;

/** What a stack's file says about itself; its first entry. It holds the store's key pair, so the file is the owner's only. */
export interface StackManifest {
  readonly format: typeof STACK_FORMAT;
  readonly backend: Backend;
  readonly settings: StackSettings;
  readonly credentials: StoreCredentials;
  readonly catalogs: MadeCatalogs;
  /** The names of its parts: volumes, or data directories of services. */
  readonly parts: readonly string[];
}

/**
 * Reads the manifest of a file that may come from anybody: its values end in configuration files, in paths and in the
 * environment of servers. @throws Error that names the file and the member that cannot be.
 */
export function parseStackManifest(file: string, text: string): StackManifest {
  const manifest = objectOf(parse(file, text));
  if (manifest['format'] !== STACK_FORMAT)
    throw new Error(
      `${file} has the format ${String(manifest['format'])}; this version reads ${STACK_FORMAT}.`,
    );
  const wrong = Object.entries(CHECKS).find(([name, isRight]) => !isRight(manifest[name]));
  if (wrong !== undefined)
    throw new Error(`${file} is no lakehouse's file: its ${wrong[0]} cannot be used. Export it anew.`);
  // Every member was just checked.
  return manifest as unknown as StackManifest;
}

type Check = (value: unknown) => boolean;

/** Printable and without spaces, so that no line of a configuration file can end inside. */
const WORD = /^[!-~]{1,200}$/;
const PLUGIN = /^[a-z0-9][a-z0-9_-]{0,99}$/;

const isText: Check = value => typeof value === 'string';
const isPort: Check = value => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
const isWord: Check = value => typeof value === 'string' && WORD.test(value);
const isPlugin: Check = value => typeof value === 'string' && PLUGIN.test(value);
const isOneOf =
  (values: readonly string[]): Check =>
  value =>
    typeof value === 'string' && values.includes(value);
const isListOf =
  (isRight: Check): Check =>
  value =>
    Array.isArray(value) && value.every(isRight);

const CHECKS: Readonly<Record<Exclude<keyof StackManifest, 'format'>, Check>> = {
  backend: isOneOf(BACKENDS),
  settings: areSettings,
  credentials: value => isWord(objectOf(value)['accessKeyId']) && isWord(objectOf(value)['secretAccessKey']),
  catalogs: value => Object.values(objectOf(value)).every(isText),
  parts: isListOf(isWord),
};

/** Whether every setting that is there can be one; a file of an older version may have fewer. */
function areSettings(value: unknown): boolean {
  const settings = objectOf(value);
  const checks: Readonly<Record<keyof StackSettings, Check>> = {
    ports: ports => Object.values(objectOf(ports)).every(isPort),
    objectStore: isOneOf(OBJECT_STORES),
    profile: isOneOf(PROFILES),
    extraBrokerPorts: isListOf(isPort),
    plugins: isListOf(isPlugin),
    reserveDiskBytes: bytes => Number.isSafeInteger(bytes),
  };
  return Object.entries(checks).every(
    ([name, isRight]) => settings[name] === undefined || isRight(settings[name]),
  );
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} was not written by 'lakehouse export': its first entry is no JSON.`, { cause });
  }
}

/** Its members; none where it is no object. */
function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
