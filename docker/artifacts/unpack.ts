import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { openPromise } from 'yauzl';

const READ_CHUNK_BYTES = 1 << 20;

/** What unpacking tells about the archive that was read. */
export interface Unpacked {
  readonly sha256: string;
}

/**
 * Unpacks a .tar.gz below `target` without its first folder, hashing it in the same pass.
 * Hard links are made again as links, so that files shared by several plugins take their space once.
 */
export async function unpackTarball(file: string, target: string, signal: AbortSignal): Promise<Unpacked> {
  const hash = createHash('sha256');
  const extract = tar.extract();
  const reading = pipeline(
    createReadStream(file, { highWaterMark: READ_CHUNK_BYTES }),
    passThrough(chunk => hash.update(chunk)),
    createGunzip({ chunkSize: READ_CHUNK_BYTES }),
    extract,
    { signal },
  );
  const writing = (async () => {
    for await (const entry of extract) {
      const { name, type, linkname, mode } = entry.header;
      const place = placeInside(target, withoutFirstFolder(name));
      if (type === 'directory') await mkdir(place, { recursive: true });
      else if (type === 'link')
        await link(placeInside(target, withoutFirstFolder(linkname ?? '')), await readyFor(place));
      else if (type === 'file')
        await pipeline(entry, createWriteStream(await readyFor(place), { mode: mode ?? 0o644 }));
      entry.resume();
    }
  })();
  await Promise.all([reading, writing]);
  return { sha256: hash.digest('hex') };
}

/** Unpacks the zip entries for which `rename` answers a path below `target`; run bits are kept. */
export async function unpackZip(
  file: string,
  target: string,
  options: { readonly rename: (name: string) => string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.endsWith('/') ? undefined : options.rename(entry.fileName);
    if (name === undefined) continue;
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
    const place = await readyFor(placeInside(target, name));
    const content = await zip.openReadStreamPromise(entry);
    await pipeline(content, createWriteStream(place, { mode }), { signal: options.signal });
  }
}

/** The SHA-256 of a file in hexadecimal. */
export async function hashFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: READ_CHUNK_BYTES }), hash, { signal });
  return hash.digest('hex');
}

/** Archives come from outside: an entry that would land anywhere else is refused. */
export function placeInside(directory: string, name: string): string {
  const place = path.resolve(directory, name);
  if (place === directory || place.startsWith(directory + path.sep)) return place;
  throw new Error(`The archive holds the path '${name}', which leads out of its own folder.`);
}

function withoutFirstFolder(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

async function readyFor(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  return file;
}

function passThrough(look: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      look(chunk);
      done(null, chunk);
    },
  });
}
