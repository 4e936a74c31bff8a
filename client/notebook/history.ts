import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { maskSecrets, withoutSecrets } from './secrets.ts';

/** One run of one statement. */
export interface HistoryEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly statement: string;
  readonly state: string;
  readonly elapsedMs: number;
  readonly rows: number;
  readonly error?: string;
  readonly queryId?: string;
  /** The file it was run from. */
  readonly source: string;
  /** Lines like `-- @branch dev` that say where it ran, when that was not the default. */
  readonly directives?: string;
}

/** Every run, kept across sessions in one file that only its owner can read. */
export interface History {
  add(entry: HistoryEntry): void;
  /** Newest first. */
  entries(): HistoryEntry[];
  /** Forgets one run. */
  remove(entry: HistoryEntry): void;
  clear(): void;
}

const MAX_ENTRIES = 2000;
const MAX_STATEMENT = 20_000;

/** The history in a folder; nothing is read or made before it is used. */
export function openHistory(folder: string): History {
  const file = path.join(folder, 'history.jsonl');
  const read = (): HistoryEntry[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(parse) : [];
  let count: number | undefined;
  const rewrite = (entries: readonly HistoryEntry[]): void => {
    writeFileSync(`${file}.new`, entries.map(each => `${JSON.stringify(each)}\n`).join(''), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    count = entries.length;
  };
  return {
    add: entry => {
      count ??= read().length;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(file, `${JSON.stringify(keptEntry(entry))}\n`, { mode: 0o600 });
      count++;
      if (count <= MAX_ENTRIES * 1.5) return;
      rewrite(read().slice(-MAX_ENTRIES));
    },
    entries: () => read().reverse().slice(0, MAX_ENTRIES),
    remove: entry => {
      if (!existsSync(file)) return;
      const gone = JSON.stringify(entry);
      rewrite(read().filter(each => JSON.stringify(each) !== gone));
    },
    clear: () => {
      rmSync(file, { force: true });
      count = 0;
    },
  };
}

/** What is written: no secret, and no statement that would fill the file alone. */
function keptEntry(entry: HistoryEntry): HistoryEntry {
  const { text, secrets } = maskSecrets(entry.statement);
  return {
    ...entry,
    statement: text.slice(0, MAX_STATEMENT),
    ...(entry.error === undefined ? {} : { error: withoutSecrets(entry.error, secrets) }),
  };
}

function parse(line: string): HistoryEntry[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as HistoryEntry];
  } catch {
    // A line that was cut by a crash is no reason to lose the others.
    return [];
  }
}
