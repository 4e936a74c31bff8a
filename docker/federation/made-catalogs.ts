import { readOwnFile, writeOwnFile } from '../files.ts';

/** Which catalogs of Trino were made from the workspace's files, each with the digest of its file. */
export type MadeCatalogs = Readonly<Record<string, string>>;

export function readMadeCatalogs(file: string): MadeCatalogs {
  const text = readOwnFile(file);
  return text === undefined ? {} : (JSON.parse(text) as MadeCatalogs);
}

export function writeMadeCatalogs(file: string, made: MadeCatalogs): void {
  writeOwnFile(file, JSON.stringify(made));
}
