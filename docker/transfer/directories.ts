import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { placeInside } from '../artifacts/unpack.ts';
import { OWNER_ONLY_DIRECTORY, OWNER_ONLY_FILE } from '../files.ts';
import type { PartEntry, PartSink } from './stack-file.ts';

/** Every folder and file below a directory, folders before what is in them. Sockets and links are no data. */
export async function* readDirectory(directory: string): AsyncGenerator<PartEntry> {
  const folder = (name: string): PartEntry => ({
    header: { name: name === '' ? '' : `${name}/`, type: 'directory', size: 0, mode: OWNER_ONLY_DIRECTORY },
    content: Readable.from([]),
  });
  yield folder('');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.parentPath < b.parentPath ? -1 : 1))) {
    const place = path.join(entry.parentPath, entry.name);
    const name = path.relative(directory, place).split(path.sep).join('/');
    if (entry.isDirectory()) yield folder(name);
    if (!entry.isFile()) continue;
    const { size } = await stat(place);
    // A file that grows while it is read would not fit into the room that its header announces.
    const content = size === 0 ? Readable.from([]) : createReadStream(place, { end: size - 1 });
    yield { header: { name, type: 'file', size, mode: OWNER_ONLY_FILE }, content };
  }
}

/** Writes parts into directories; nobody but the owner can read them. */
export function writeDirectories(directoryOf: (part: string) => string): PartSink {
  return {
    put: async (part, { header, content }) => {
      const place = placeInside(directoryOf(part), header.name === '' ? '.' : header.name);
      const folder = header.type === 'directory' ? place : path.dirname(place);
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
      if (header.type === 'directory') content.resume();
      else await pipeline(content, createWriteStream(place, { mode: OWNER_ONLY_FILE, flags: 'wx' }));
    },
    finish: async () => undefined,
  };
}
