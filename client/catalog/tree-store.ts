import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printTree, readTree } from '../../catalog/tree-cache.ts';
import type { CatalogTree } from '../../catalog/tree.ts';

/** The trees of one lakehouse as files, so that a window that opens again shows names before it has read them anew. */
export interface TreeStore {
  /** Undefined where there is none that can be read. */
  read(reference: string): Promise<CatalogTree | undefined>;
  /** Never rejects: a cache that cannot be written costs time only. */
  write(reference: string, tree: CatalogTree): Promise<void>;
}

/** A store below `folder` for the lakehouse that `uri` names. Only the owner can read its files. */
export function createTreeStore(folder: string, uri: string): TreeStore {
  const fileOf = (reference: string): string => {
    const digest = createHash('sha256')
      .update(JSON.stringify([uri, reference]))
      .digest('hex');
    return path.join(folder, `${digest.slice(0, 32)}.tree`);
  };
  let tidied: Promise<void> | undefined;
  return {
    read: async reference => {
      try {
        return await readTree(createReadStream(fileOf(reference)) as AsyncIterable<Uint8Array>);
      } catch {
        return undefined;
      }
    },
    write: async (reference, tree) => {
      const file = fileOf(reference);
      const part = `${file}.${randomUUID().slice(0, 8)}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // Piece by piece, so that nothing else waits; another window never sees half a file.
        await pipeline(Readable.from(printTree(tree)), createWriteStream(part, { mode: 0o600 }));
        await rename(part, file);
        tidied ??= dropOld(folder);
        await tidied;
      } catch {
        // Only a cache: the tree is read anew where no file is.
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** Branches and lakehouses come and go: what no window has written for so long is nobody's any more. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

async function dropOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > KEPT_MS) await rm(file, { force: true });
  }
}
