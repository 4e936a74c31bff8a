import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Only the owner may read, write or list. */
export const OWNER_ONLY_FILE = 0o600;
export const OWNER_ONLY_DIRECTORY = 0o700;

/** Makes a directory, and those above it, that nobody else can look into. */
export function makeOwnDirectory(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  return directory;
}

/** Writes an owner-only file by writing beside it and renaming: a reader sees the old or the new text, never half. */
export function writeOwnFile(file: string, text: string): void {
  makeOwnDirectory(path.dirname(file));
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: OWNER_ONLY_FILE });
  renameSync(draft, file);
}

/** The file's text, or undefined when there is no such file. */
export function readOwnFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
