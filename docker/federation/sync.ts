import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectTrino, queryAll, type TrinoConnection } from '../../catalog/trino/client.ts';
import { quoteIdentifier, quoteString } from '../../catalog/trino/quote.ts';
import { type CatalogFile, parseCatalogFile } from './catalog-file.ts';
import { readMadeCatalogs, writeMadeCatalogs } from './made-catalogs.ts';

/** What has become of one catalog file. */
export type CatalogOutcome =
  | { readonly name: string; readonly kind: 'created' | 'changed' | 'kept' | 'removed' }
  | { readonly name: string; readonly kind: 'failed'; readonly cause: string };

/** The catalog files of a folder: those that can be read, and the faults of those that cannot. */
export interface CatalogFolder {
  readonly files: readonly CatalogFile[];
  readonly faults: readonly Extract<CatalogOutcome, { kind: 'failed' }>[];
}

/** Reads every `*.properties` file of a folder; a folder that is not there has none. */
export function readCatalogFolder(folder: string): CatalogFolder {
  const files: CatalogFile[] = [];
  const faults: Extract<CatalogOutcome, { kind: 'failed' }>[] = [];
  for (const entry of listProperties(folder)) {
    const name = entry.slice(0, -'.properties'.length);
    try {
      files.push(parseCatalogFile(name, readFileSync(path.join(folder, entry), 'utf8')));
    } catch (error) {
      faults.push({ name, kind: 'failed', cause: (error as Error).message });
    }
  }
  return { files, faults };
}

/**
 * Makes Trino have the catalogs of a folder: creates new ones, makes changed ones anew and drops those whose file has
 * gone. What this project made is remembered in `recordFile`, and nothing else is ever dropped. Each file stands alone: a
 * broken one is told and stops no other.
 */
export async function syncCatalogs(
  folder: CatalogFolder,
  options: { endpoints: LakehouseEndpoints; recordFile: string },
): Promise<CatalogOutcome[]> {
  const { trino } = options.endpoints;
  const connection = connectTrino({ uri: trino.uri, user: trino.user, source: 'lakehouse catalogs' });
  const made = new Map(Object.entries(readMadeCatalogs(options.recordFile)));
  const present = new Set((await queryAll(connection, 'SHOW CATALOGS')).rows.map(row => row[0]));
  const outcomes: CatalogOutcome[] = [...folder.faults];
  const kept = new Map<string, string>();
  for (const file of folder.files) {
    const isMade = made.has(file.name);
    const isThere = present.has(file.name);
    if (isThere && made.get(file.name) === file.digest) {
      kept.set(file.name, file.digest);
      outcomes.push({ name: file.name, kind: 'kept' });
    } else if (isThere && !isMade) {
      const cause = `Trino has a catalog ${file.name} that was not made from this folder: rename ${file.name}.properties.`;
      outcomes.push({ name: file.name, kind: 'failed', cause });
    } else {
      const outcome = await makeCatalog(connection, file, isThere);
      if (outcome.kind !== 'failed') kept.set(file.name, file.digest);
      outcomes.push(outcome);
    }
  }
  for (const name of [...made.keys()].filter(item => !kept.has(item))) {
    if (present.has(name)) await queryAll(connection, `DROP CATALOG IF EXISTS ${quoteIdentifier(name)}`);
    if (!outcomes.some(outcome => outcome.name === name)) outcomes.push({ name, kind: 'removed' });
  }
  writeMadeCatalogs(options.recordFile, Object.fromEntries(kept));
  return outcomes.sort((a, b) => a.name.localeCompare(b.name));
}

/** Trino keeps `${ENV:…}` as it is written and reads the value from its own environment: no secret is sent or stored. */
async function makeCatalog(
  connection: TrinoConnection,
  file: CatalogFile,
  isThere: boolean,
): Promise<CatalogOutcome> {
  const { name } = file;
  const pairs = Object.entries(file.properties).map(
    ([key, value]) => `${quoteIdentifier(key)} = ${quoteString(value)}`,
  );
  const properties = pairs.length === 0 ? '' : ` WITH (${pairs.join(', ')})`;
  try {
    if (isThere) await queryAll(connection, `DROP CATALOG ${quoteIdentifier(name)}`);
    await queryAll(
      connection,
      `CREATE CATALOG ${quoteIdentifier(name)} USING ${file.connector}${properties}`,
    );
    return { name, kind: isThere ? 'changed' : 'created' };
  } catch (error) {
    return { name, kind: 'failed', cause: firstCause((error as Error).message) };
  }
}

/** Trino answers a bad configuration with pages of injection errors: the first one says what is wrong. */
export function firstCause(message: string): string {
  const first = /^1\) (?:\[[^\]]*\]: )?(.+)$/m.exec(message)?.[1] ?? message.split('\n')[0] ?? message;
  return first.trim();
}

function listProperties(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(entry => entry.endsWith('.properties'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
