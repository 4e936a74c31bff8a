import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { threadId } from 'node:worker_threads';
import { type Column, type ColumnSpec, KIND } from '../decode/column.ts';

/** Rows of one table that wait on disk, by a key. */
export interface Spill {
  add(key: string, columns: readonly Column[], rows: number): Promise<void>;
  /** The rows of a key in the pieces in which they came. */
  take(key: string): AsyncGenerator<{ columns: Column[]; rows: number }>;
  /** Deletes everything. */
  clear(): Promise<void>;
}

function spillPrefix(thread: number): string {
  return `lakehouse-rows-${process.pid}-${thread}-`;
}

/** A process of another container may not be seen here: what it has on disk is younger. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** Deletes what processes that were killed left on disk. What cannot be deleted is left to the system. */
async function removeForgotten(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = /^lakehouse-rows-(\d+)-\d+-/.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    const folder = path.join(tmpdir(), name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > FORGOTTEN_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Deletes what a thread of this process that was stopped in the middle left on disk. */
export async function removeSpills(thread: number): Promise<void> {
  const names = (await readdir(tmpdir())).filter(name => name.startsWith(spillPrefix(thread)));
  await Promise.all(names.map(name => rm(path.join(tmpdir(), name), { recursive: true, force: true })));
}

export function openSpill(): Spill {
  let folder: string | undefined;
  const files = new Map<string, string>();
  let specs: readonly ColumnSpec[] = [];
  return {
    add: async (key, columns, rows) => {
      specs = columns.map(({ spec }) => spec);
      if (folder === undefined) {
        await removeForgotten().catch(() => {});
        folder = await mkdtemp(path.join(tmpdir(), spillPrefix(threadId)));
      }
      const file = files.get(key) ?? path.join(folder, String(files.size));
      files.set(key, file);
      const bytes = serialize({ rows, columns: columns.map(column => toPlain(column, rows)) });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      await appendFile(file, Buffer.concat([length, bytes]), { mode: 0o600 });
    },
    take: async function* (key) {
      const file = files.get(key);
      if (file === undefined) return;
      const bytes = await readFile(file);
      for (let at = 0; at < bytes.length;) {
        const end = at + 4 + bytes.readUInt32LE(at);
        const piece = deserialize(bytes.subarray(at + 4, end)) as { rows: number; columns: PlainColumn[] };
        yield { rows: piece.rows, columns: piece.columns.map((column, i) => fromPlain(column, specs[i])) };
        at = end;
      }
    },
    clear: async () => {
      files.clear();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

/** What of a column has to be kept: no array is longer than its rows need. */
interface PlainColumn extends Pick<Column, 'validity' | 'i32' | 'f32' | 'f64' | 'offsets' | 'bytes'> {
  readonly rows: number;
  readonly children: readonly PlainColumn[];
}

function toPlain(column: Column, rows: number): PlainColumn {
  const { spec, validity, i32, f32, f64, offsets, bytes, children } = column;
  const isVariable = spec.kind === KIND.list || spec.kind === KIND.map;
  const inner = isVariable ? (offsets[rows] ?? 0) : rows;
  return {
    rows,
    validity: validity.subarray(0, (rows + 7) >> 3),
    i32: i32.subarray(0, spec.kind === KIND.int || spec.kind === KIND.date ? rows : rows * 2),
    f32: f32.subarray(0, rows),
    f64: f64.subarray(0, rows),
    offsets: offsets.subarray(0, rows + 1),
    bytes: bytes.subarray(0, usedBytes(column, rows)),
    children: children.map(child => toPlain(child, inner)),
  };
}

function usedBytes({ spec, offsets }: Column, rows: number): number {
  if (spec.kind === KIND.boolean) return (rows + 7) >> 3;
  if (spec.kind === KIND.string || spec.kind === KIND.binary) return offsets[rows] ?? 0;
  return rows * spec.width;
}

function fromPlain(plain: PlainColumn, spec: ColumnSpec | undefined): Column {
  if (spec === undefined) throw new RangeError('Rows on disk have more columns than the table.');
  // A copy begins where a 64-bit view may begin.
  const i32 = plain.i32.slice();
  const isLong = i32.length === plain.rows * 2 && plain.rows > 0;
  return {
    ...plain,
    spec,
    capacity: plain.rows,
    i32,
    i64: isLong ? new BigInt64Array(i32.buffer, 0, plain.rows) : new BigInt64Array(0),
    bytes: plain.bytes.slice(),
    children: plain.children.map((child, i) => fromPlain(child, spec.children[i])),
    // It is only read.
    scan: spec.kind,
    fallback: undefined,
    tree: undefined,
  };
}
