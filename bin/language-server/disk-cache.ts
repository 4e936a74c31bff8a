import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Values on disk by any text. What cannot be read counts as not there. */
export interface DiskCache {
  readonly read: (key: string) => Promise<unknown>;
  readonly write: (key: string, value: unknown) => Promise<void>;
}

/** A cache in a folder of the owner's alone. A value appears whole or not at all, whoever writes beside us. */
export function createDiskCache(folder: string): DiskCache {
  const fileOf = (key: string): string => path.join(folder, createHash('sha256').update(key).digest('hex'));
  return {
    read: async key => {
      try {
        return deserialize(await readFile(fileOf(key))) as unknown;
      } catch {
        return undefined;
      }
    },
    write: async (key, value) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(key);
      const partial = `${file}.${randomUUID()}.partial`;
      await writeFile(partial, serialize(value), { mode: 0o600 });
      await rename(partial, file);
    },
  };
}

/** `$XDG_CACHE_HOME/lakehouse/language-server`, or the same below `~/.cache`. */
export function defaultCacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return path.join(base, 'lakehouse', 'language-server');
}
