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
}

/** Every run, kept across sessions in one file that only its owner can read. */
export interface History {
  add(entry: HistoryEntry): void;
  /** Newest first. */
  entries(): HistoryEntry[];
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
  return {
    add: entry => {
      count ??= read().length;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const kept = { ...entry, statement: withoutSecrets(entry.statement).slice(0, MAX_STATEMENT) };
      appendFileSync(file, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
      count++;
      if (count <= MAX_ENTRIES * 1.5) return;
      const newest = read().slice(-MAX_ENTRIES);
      writeFileSync(`${file}.new`, newest.map(each => `${JSON.stringify(each)}\n`).join(''), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      count = newest.length;
    },
    entries: () => read().reverse().slice(0, MAX_ENTRIES),
    clear: () => {
      rmSync(file, { force: true });
      count = 0;
    },
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

const SECRET_NAME = /password|passwd|secret|token|credential|access[-_.]?key|api[-_.]?key|private[-_.]?key/i;

/** The statement with the values of everything that is called like a secret left out. */
export function withoutSecrets(statement: string): string {
  return statement.replaceAll(
    /("(?:[^"]|"")*"|'(?:[^']|'')*'|[\w.-]+)(\s*(?:=|=>|,|\s)\s*)('(?:[^']|'')*')/g,
    (all, name: string, between: string) => (SECRET_NAME.test(name) ? `${name}${between}'***'` : all),
  );
}
