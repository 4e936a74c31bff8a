import { createReadStream, createWriteStream } from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import tar, { type Header, type Pack } from 'tar-stream';
import { OWNER_ONLY_FILE } from '../files.ts';
import { parseStackManifest, STACK_FORMAT, type StackManifest } from './stack-manifest.ts';

const MANIFEST = 'lakehouse.json';
const MAX_MANIFEST_BYTES = 1 << 20;

/** One file or folder of a part: `name` is its path inside the part, empty for the part's own folder. */
export interface PartEntry {
  readonly header: EntryHeader;
  readonly content: Readable;
}

export interface EntryHeader {
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly size: number;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** What of a tar's header belongs to the data; undefined for what is neither a file nor a folder. */
export function toEntryHeader(header: Header, name: string): EntryHeader | undefined {
  const { type, size, mode, uid, gid } = header;
  return type === 'file' || type === 'directory'
    ? { name, type, size: size ?? 0, mode, uid, gid }
    : undefined;
}

/** How a stack is written to a file or read from one. */
export interface TransferOptions {
  readonly signal?: AbortSignal;
  /** Bytes of data that are done, and about how many there are; 0 when nobody knows. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Where the parts of a stack's file go. */
export interface PartSink {
  put(part: string, entry: PartEntry): Promise<void>;
  /** Called once after the last entry. */
  finish(): Promise<void>;
}

/**
 * Writes a stack to one new `.tar.gz`: the manifest, then each part's files as `data/<part>/…`. Until it is whole it lies
 * beside under another name. @throws Error when the file exists already, and the signal's reason when aborted.
 */
export async function writeStackFile(
  file: string,
  stack: {
    manifest: Omit<StackManifest, 'format'>;
    open: (part: string, signal: AbortSignal) => AsyncIterable<PartEntry>;
    totalBytes: number;
  },
  options: TransferOptions,
): Promise<void> {
  await refuseExisting(file);
  const draft = `${file}.${process.pid}.part`;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const pack = tar.pack();
  const output = createWriteStream(draft, { mode: OWNER_ONLY_FILE, flags: 'wx' });
  const writing = pipeline(pack, createGzip({ level: 1 }), output, { signal });
  const filling = fill(pack, stack, { ...options, signal });
  try {
    await Promise.all([writing, filling]);
    // A link, unlike a rename, fails when somebody has made the file meanwhile.
    await link(draft, file);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled([writing, filling]);
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The manifest alone. @throws Error in one sentence when the file is none of a stack. */
export async function readManifest(file: string): Promise<StackManifest> {
  let manifest: StackManifest | undefined;
  const found = new AbortController();
  try {
    await eachEntry(file, { signal: found.signal }, async (header, content) => {
      manifest = await parseManifest(file, header, content);
      found.abort();
    });
  } catch (error) {
    if (manifest === undefined) throw error;
  }
  if (manifest === undefined) throw new Error(`${file} is empty.`);
  return manifest;
}

/** Hands every entry of every part to the sink, in the order of the file. */
export async function readStackFile(file: string, sink: PartSink, options: TransferOptions): Promise<void> {
  const { parts } = await readManifest(file);
  let isFirst = true;
  await eachEntry(file, options, async (header, content) => {
    if (isFirst) {
      isFirst = false;
      content.resume();
      return;
    }
    const [, part, inside] = /^data\/([^/]+)\/(.*)$/s.exec(header.name) ?? [];
    if (part === undefined || inside === undefined || !parts.includes(part))
      throw new Error(`${file} holds '${header.name}', which is no part of a lakehouse.`);
    if (inside.split('/').includes('..') || inside.startsWith('/'))
      throw new Error(`${file} holds '${header.name}', which leads out of its own folder.`);
    const entry = toEntryHeader(header, inside);
    if (entry === undefined)
      throw new Error(`${file} holds '${header.name}', which is neither a file nor a folder.`);
    await sink.put(part, { header: entry, content });
  });
  await sink.finish();
}

async function fill(
  pack: Pack,
  stack: Parameters<typeof writeStackFile>[1],
  { signal, onProgress }: TransferOptions & { signal: AbortSignal },
): Promise<void> {
  const manifest: StackManifest = { format: STACK_FORMAT, ...stack.manifest };
  pack.entry({ name: MANIFEST, mode: OWNER_ONLY_FILE }, JSON.stringify(manifest, null, 2));
  let done = 0;
  for (const part of manifest.parts) {
    for await (const { header, content } of stack.open(part, signal)) {
      const entry = pack.entry({ ...header, name: `data/${part}/${header.name}` });
      const count = countBytes(bytes => onProgress?.((done += bytes), stack.totalBytes));
      await pipeline(content, count, entry, { signal });
    }
  }
  pack.finalize();
}

async function eachEntry(
  file: string,
  { signal, onProgress }: TransferOptions,
  work: (header: Header, content: Readable) => Promise<void>,
): Promise<void> {
  const totalBytes = (await stat(file)).size;
  const extract = tar.extract();
  let done = 0;
  const count = countBytes(bytes => onProgress?.((done += bytes), totalBytes));
  const input = createReadStream(file, { highWaterMark: 1 << 20 });
  const reading = pipeline(input, count, createGunzip(), extract, signal === undefined ? {} : { signal });
  const working = (async () => {
    for await (const entry of extract) {
      await work(entry.header, entry as unknown as Readable);
      entry.resume();
    }
  })();
  const [read, worked] = await Promise.allSettled([reading, working]);
  input.destroy();
  if (read.status === 'fulfilled' && worked.status === 'fulfilled') return;
  signal?.throwIfAborted();
  // A fault of the archive ends the work on its entries too, with an error that says less.
  const faults = [worked, read].flatMap(result =>
    result.status === 'rejected' ? [result.reason as Error] : [],
  );
  const broken = faults.find(isArchiveFault);
  if (broken !== undefined)
    throw new Error(`${file} cannot be read as a lakehouse's file: ${broken.message}`, { cause: broken });
  for (const fault of faults) throw fault;
}

/** What zlib and tar-stream say of bytes that are not theirs. */
function isArchiveFault(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code.startsWith('Z_') || /tar header|unexpected end/i.test(error.message);
}

async function parseManifest(file: string, header: Header, content: Readable): Promise<StackManifest> {
  if (header.name !== MANIFEST || (header.size ?? 0) > MAX_MANIFEST_BYTES)
    throw new Error(`${file} was not written by 'lakehouse export'.`);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return parseStackManifest(file, Buffer.concat(chunks).toString('utf8'));
}

function countBytes(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}

async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) throw new Error(`${file} exists already: choose another name.`);
}
