import { createHash } from 'node:crypto';

/** A Trino catalog as a `*.properties` file of the workspace describes it. */
export interface CatalogFile {
  /** The file's name without its ending: the catalog's name in Trino. */
  readonly name: string;
  readonly connector: string;
  /** Everything but `connector.name`; `${ENV:NAME}` stays as it is written. */
  readonly properties: Readonly<Record<string, string>>;
  /** The variables that the file names, sorted. */
  readonly variables: readonly string[];
  /** Equal digests mean the same catalog. */
  readonly digest: string;
}

/** Catalogs of the lakehouse and of Trino itself, which a file cannot replace. */
const RESERVED = ['iceberg', 'tpch', 'system', 'jmx'];

/**
 * Reads a catalog file. @throws Error in one sentence that says what is wrong with it.
 */
export function parseCatalogFile(name: string, text: string): CatalogFile {
  if (!/^[a-z0-9_][a-z0-9_-]*$/.test(name))
    throw new Error(
      `A catalog's name has lower-case letters, digits, _ and - only: rename ${name}.properties.`,
    );
  if (RESERVED.includes(name))
    throw new Error(`The catalog ${name} is the lakehouse's own: rename ${name}.properties.`);
  const { 'connector.name': connector, ...properties } = parseProperties(text);
  if (connector === undefined || connector === '')
    throw new Error('The file names no connector: connector.name is missing.');
  // It goes into a statement without quotes: Trino takes quotes for a part of the name.
  if (!/^[a-z][a-z0-9_]*$/.test(connector))
    throw new Error(`'${connector}' cannot be the name of a connector.`);
  const values = Object.values(properties).join('\n');
  const variables = [
    ...new Set([...values.matchAll(/\$\{ENV:([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(match => match[1] ?? '')),
  ];
  const digest = createHash('sha256')
    .update(JSON.stringify([connector, properties]))
    .digest('hex');
  return { name, connector, properties, variables: variables.sort(), digest };
}

/** The folder of a connector's plugin in a Trino distribution: nearly always its name. */
export function pluginOf(connector: string): string {
  const exceptions: Readonly<Record<string, string>> = {
    delta_lake: 'delta-lake',
    gsheets: 'google-sheets',
    trino_thrift: 'thrift',
  };
  return exceptions[connector] ?? connector;
}

/**
 * Reads Java's .properties format (java.util.Properties.load): `=`, `:` or white space between key and value, `#` and `!`
 * comments, lines continued by a backslash, and `\uXXXX`. A byte-order mark at the start is not part of the first key.
 */
export function parseProperties(text: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text.replace(/^\uFEFF/, ''))) {
    const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line);
    if (match !== null) found.set(unescape(match[1] ?? ''), unescape(match[2] ?? ''));
  }
  return Object.fromEntries(found);
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trimStart();
    if (open === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const whole: string = (open ?? '') + line;
    const trailing: number = /\\*$/.exec(whole)?.[0].length ?? 0;
    if (trailing % 2 === 1) open = whole.slice(0, -1);
    else {
      lines.push(whole);
      open = undefined;
    }
  }
  return open === undefined ? lines : [...lines, open];
}

function unescape(text: string): string {
  const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_, code: string | undefined, char: string | undefined) =>
      code === undefined
        ? (letters[char ?? ''] ?? char ?? '')
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
