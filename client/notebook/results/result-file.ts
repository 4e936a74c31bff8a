import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { type RecordBatch, type Schema, Table, tableFromIPC, tableToIPC } from 'apache-arrow';

/** The Arrow IPC stream format ends with a continuation marker and a length of zero. */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Where one batch stands in its file. */
export interface BatchPlace {
  readonly offset: number;
  readonly byteLength: number;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Batches of one schema in an Arrow IPC stream file, which any Arrow reader opens once it is finished. Batches can be
 * read while more are written. File access is synchronous: it belongs into a worker thread.
 */
export interface ResultFile {
  readonly path: string;
  readonly places: readonly BatchPlace[];
  append(batch: RecordBatch): void;
  /** Reads into `buffer` when it is large enough; the batch lies in it, so it must not be used for another one. */
  read(place: BatchPlace, buffer?: Uint8Array): { readonly batch: RecordBatch; readonly buffer: Uint8Array };
  /** Writes the end mark; further appends start over it. */
  finish(): void;
  close(): void;
  delete(): void;
}

/** A new file for batches of `schema`, readable by its owner only. */
export function createResultFile(path: string, schema: Schema): ResultFile {
  const header = encode(schema, []);
  const fd = openSync(path, 'w+', 0o600);
  writeSync(fd, header, 0, header.length, 0);
  return resultFile({ path, fd, header, places: [] });
}

/** A file that an earlier session wrote. */
export function openResultFile(path: string, schema: Schema, places: readonly BatchPlace[]): ResultFile {
  return resultFile({ path, fd: openSync(path, 'r+'), header: encode(schema, []), places: [...places] });
}

interface State {
  readonly path: string;
  readonly fd: number;
  readonly header: Uint8Array;
  readonly places: BatchPlace[];
}

function resultFile({ path, fd, header, places }: State): ResultFile {
  let isOpen = true;
  const end = (): { offset: number; row: number } => {
    const last = places.at(-1);
    return last === undefined
      ? { offset: header.length, row: 0 }
      : { offset: last.offset + last.byteLength, row: last.firstRow + last.rows };
  };
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    path,
    places,
    append: batch => {
      const bytes = encode(batch.schema, [batch]).subarray(header.length);
      const { offset, row } = end();
      writeSync(fd, bytes, 0, bytes.length, offset);
      places.push({ offset, byteLength: bytes.length, firstRow: row, rows: batch.numRows });
    },
    read: (place, given) => {
      const length = header.length + place.byteLength + END_OF_STREAM.length;
      const buffer = given !== undefined && given.length >= length ? given : new Uint8Array(length);
      buffer.set(header);
      readSync(fd, buffer, header.length, place.byteLength, place.offset);
      buffer.set(END_OF_STREAM, header.length + place.byteLength);
      const [batch] = tableFromIPC(buffer.subarray(0, length)).batches;
      if (batch === undefined) throw new Error(`The results in ${path} cannot be read: a batch is missing.`);
      return { batch, buffer };
    },
    finish: () => {
      writeSync(fd, END_OF_STREAM, 0, END_OF_STREAM.length, end().offset);
    },
    close,
    delete: () => {
      close();
      rmSync(path, { force: true });
    },
  };
}

/** Schema and batches as a stream without its end mark. */
function encode(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const bytes = tableToIPC(new Table(schema, [...batches]), 'stream');
  return bytes.subarray(0, bytes.length - END_OF_STREAM.length);
}
