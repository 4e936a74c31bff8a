import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ResultOutput } from './messages.ts';
import type { RunOutcome, SavedResult } from './results/run-messages.ts';
import { maskSecrets, withoutSecrets } from './secrets.ts';

/** A result that can be shown again after a reload. */
export interface ResultRecord {
  readonly handle: string;
  /** The notebook's address and the text of the cell when it ran. */
  readonly notebook: string;
  readonly cellText: string;
  /** The place among the statements of the cell. */
  readonly position: number;
  readonly output: ResultOutput;
  readonly saved?: SavedResult;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The results on disk and what they belong to. Files that no record names are deleted when the folder is opened. */
export interface ResultRecords {
  readonly folder: string;
  /** A path for the rows of a new result. */
  newPath(handle: string): string;
  /** Keeps a record; answers the handles of the results that had to go for it. */
  add(record: ResultRecord): string[];
  /** Takes in that more rows were fetched. */
  update(handle: string, more: Pick<RunOutcome, 'head' | 'progress' | 'saved'>): void;
  remove(handles: readonly string[]): void;
  /** The records of a cell's statements in their order, if its text is still the same. */
  ofCell(notebook: string, cellText: string): ResultRecord[];
  ofNotebook(notebook: string): ResultRecord[];
}

export interface RecordLimits {
  readonly records: number;
  readonly bytes: number;
}

const STRAY_AGE_MS = 24 * 60 * 60 * 1000;
const LIMITS: RecordLimits = { records: 300, bytes: 4_000_000_000 };

/** The records in a folder of this window's storage. */
export function openResultRecords(folder: string, limits: RecordLimits = LIMITS): ResultRecords {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'index.json');
  let records = readRecords(file).filter(record => record.saved === undefined || sizeOf(record) > 0);
  removeStrays(folder, records);
  const save = (): void => {
    const next = `${file}.new`;
    writeFileSync(next, JSON.stringify(records), { mode: 0o600 });
    renameSync(next, file);
  };
  const remove = (handles: readonly string[]): void => {
    if (handles.length === 0) return;
    for (const record of records) {
      if (handles.includes(record.handle) && record.saved !== undefined)
        rmSync(record.saved.path, { force: true });
    }
    records = records.filter(record => !handles.includes(record.handle));
    save();
  };
  return {
    folder,
    newPath: handle => path.join(folder, `${handle}.arrow`),
    add: record => {
      records = [...records, withoutSecretsOf(record)];
      const gone = overLimit(records, limits);
      remove(gone);
      if (gone.length === 0) save();
      return gone;
    },
    update: (handle, { head, progress, saved }) => {
      records = records.map(record => {
        if (record.handle !== handle) return record;
        const output = { ...record.output, progress, ...(head === undefined ? {} : { table: head }) };
        return { ...record, output, ...(saved === undefined ? {} : { saved }) };
      });
      save();
    },
    remove,
    ofCell: (notebook, cellText) => {
      const kept = maskSecrets(cellText).text;
      return records
        .filter(record => record.notebook === notebook && record.cellText === kept)
        .sort((a, b) => a.position - b.position);
    },
    ofNotebook: notebook => records.filter(record => record.notebook === notebook),
  };
}

/** The record as it is written: passwords and keys of its statement stay in the notebook alone. */
function withoutSecretsOf(record: ResultRecord): ResultRecord {
  const { text, secrets } = maskSecrets(record.output.statement);
  const { error } = record.output;
  return {
    ...record,
    cellText: maskSecrets(record.cellText).text,
    output: {
      ...record.output,
      statement: text,
      ...(error === undefined
        ? {}
        : { error: { ...error, message: withoutSecrets(error.message, secrets) } }),
    },
  };
}

function readRecords(file: string): ResultRecord[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ResultRecord[];
  } catch {
    // No index, or one that was cut: the results are then run again.
    return [];
  }
}

function removeStrays(folder: string, records: readonly ResultRecord[]): void {
  const known = new Set(
    records.flatMap(record => (record.saved === undefined ? [] : path.basename(record.saved.path))),
  );
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const isStray = name.endsWith('.arrow') && !known.has(name);
    // A younger file may belong to a statement that another window runs at this moment.
    if (isStray && Date.now() - statSync(file).mtimeMs > STRAY_AGE_MS) rmSync(file, { force: true });
  }
}

/** The oldest results that must go so that the rest keeps to the limits. */
function overLimit(records: readonly ResultRecord[], limits: RecordLimits): string[] {
  let bytes = 0;
  return records
    .toReversed()
    .filter((record, i) => {
      bytes += sizeOf(record);
      return i >= limits.records || (bytes > limits.bytes && i > 0);
    })
    .map(record => record.handle);
}

function sizeOf({ saved }: ResultRecord): number {
  return saved === undefined ? 0 : (statSync(saved.path, { throwIfNoEntry: false })?.size ?? 0);
}
