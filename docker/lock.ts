import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OWNER_ONLY_DIRECTORY, OWNER_ONLY_FILE, readOwnFile, writeOwnFile } from './files.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-table.ts';

/** Who holds a lock, as its file says it. */
interface LockHolder extends ProcessIdentity {
  /** False after an orderly release: the file stays as a marker of its number. */
  readonly held: boolean;
}

/** A lock that this process holds. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock `<prefix>.<number>.lock`, or answers undefined when a running process holds it.
 *
 * The holder is the file with the highest number. A stale one (its process has gone, or was released) is never removed
 * first: a new starter creates the next number, which the system grants to one of them only, then clears lower ones
 * away. So two starters that find the same stale lock cannot both win, and nobody removes a lock that is held.
 */
export function acquireLock(prefix: string): Lock | undefined {
  mkdirSync(path.dirname(prefix), { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error('The system does not tell when this process started.');
  for (;;) {
    const highest = highestLock(prefix);
    if (highest?.holder.held && isRunning(highest.holder)) return undefined;
    const number = (highest?.number ?? 0) + 1;
    const file = lockFile(prefix, number);
    if (!createExclusively(file, JSON.stringify({ ...identity, held: true }))) continue;
    if (highestLock(prefix)?.number !== number) {
      // Somebody took and gave back this number and a higher one between our two looks.
      rmSync(file, { force: true });
      continue;
    }
    for (const older of lockNumbers(prefix)) {
      if (older < number) rmSync(lockFile(prefix, older), { force: true });
    }
    return { release: () => writeOwnFile(file, JSON.stringify({ ...identity, held: false })) };
  }
}

/** The running process that holds the lock, if any. */
export function findLockHolder(prefix: string): ProcessIdentity | undefined {
  const highest = highestLock(prefix);
  return highest?.holder.held && isRunning(highest.holder) ? highest.holder : undefined;
}

function highestLock(prefix: string): { number: number; holder: LockHolder } | undefined {
  for (;;) {
    const number = lockNumbers(prefix).at(-1);
    if (number === undefined) return undefined;
    const text = readOwnFile(lockFile(prefix, number));
    // A newer holder removes older files: look again.
    if (text !== undefined) return { number, holder: JSON.parse(text) as LockHolder };
  }
}

function lockNumbers(prefix: string): number[] {
  const name = `${path.basename(prefix)}.`;
  let entries: string[];
  try {
    entries = readdirSync(path.dirname(prefix));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter(entry => entry.startsWith(name) && entry.endsWith('.lock'))
    .map(entry => Number(entry.slice(name.length, -'.lock'.length)))
    .filter(number => Number.isInteger(number))
    .sort((a, b) => a - b);
}

/** Creates a file with its whole text at once: link(2) fails when the name exists. */
function createExclusively(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, text, { mode: OWNER_ONLY_FILE });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function lockFile(prefix: string, number: number): string {
  return `${prefix}.${number}.lock`;
}
