import { once } from 'node:events';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectNessie, getConfig } from '../../catalog/nessie.ts';
import { type CatalogTarget, openCatalog } from '../../catalog/trino/catalogs.ts';
import {
  connectTrino,
  createSession,
  type QueryUpdate,
  runStatement,
  type TrinoConnection,
  TrinoError,
  type TrinoSession,
} from '../../catalog/trino/client.ts';
import { findReference } from '../catalog/access.ts';
import { type Command, type CommandInput, type Output, UsageError } from '../command.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION, findEndpoints } from '../endpoints-source.ts';
import { createProgressLine, type ProgressLine } from '../sql/progress-line.ts';
import {
  createResultWriter,
  OUTPUT_FORMATS,
  type OutputFormat,
  type ResultWriter,
} from '../sql/result-writer.ts';
import { describeError, readScript, type Script, splitStatements, type Statement } from '../sql/script.ts';

export const command: Command = {
  usage: 'sql [statement]',
  summary: 'Runs SQL in Trino: a statement, a file, or what is piped in. Ctrl+C ends the query in Trino too.',
  options: {
    file: { type: 'string', short: 'f' },
    output: { type: 'string', short: 'o' },
    catalog: { type: 'string' },
    schema: { type: 'string' },
    ref: { type: 'string' },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    file: 'a file of statements, separated by semicolons; - for the input',
    output: 'table (default), csv (RFC 4180), json (one array per result) or ndjson',
    catalog: 'the Trino catalog to start in',
    schema: 'the schema to start in',
    ref: 'the branch or tag to read and write, or @hash for everything as of a commit',
    ...ENDPOINTS_HELP,
  },
  run: async input => {
    const format = parseFormat(input.values['output']);
    const script = await readScript(input);
    const statements = splitStatements(script);
    if (statements.length === 0) throw new UsageError('There is no statement in what was given.');
    const endpoints = await findEndpoints(input);
    const trino = connectTrino({
      uri: endpoints.trino.uri,
      user: endpoints.trino.user,
      source: 'lakehouse sql',
    });
    const session = await startSession(input, endpoints, trino);
    for (const statement of statements) await runOne(input, { script, statement, trino, session, format });
    return 0;
  },
};

interface Run {
  readonly script: Script;
  readonly statement: Statement;
  readonly trino: TrinoConnection;
  readonly session: TrinoSession;
  readonly format: OutputFormat;
}

async function runOne(input: CommandInput, run: Run): Promise<void> {
  const progress = createProgressLine(input.stderr);
  try {
    const { sql } = run.statement;
    let writer: ResultWriter | undefined;
    let last: QueryUpdate | undefined;
    for await (const update of runStatement(run.trino, sql, { session: run.session, signal: input.signal })) {
      last = update;
      writer ??= startWriter(run.format, update);
      await printRows(input.stdout, { writer, update, progress });
    }
    progress.clear();
    if (writer !== undefined) await print(input.stdout, writer.end());
    if (last !== undefined) reportUpdate(input, run.format, last);
  } catch (error) {
    progress.clear();
    if (error instanceof TrinoError)
      throw new Error(describeError(error, run.script, run.statement), { cause: error });
    throw error;
  }
}

/** Statements that change something have a column for the count of rows, which is reported and not printed as a result. */
function startWriter(format: OutputFormat, update: QueryUpdate): ResultWriter | undefined {
  if (update.columns === undefined || update.updateType !== undefined) return undefined;
  return createResultWriter(format, update.columns);
}

interface Printed {
  readonly writer: ResultWriter | undefined;
  readonly update: QueryUpdate;
  readonly progress: ProgressLine;
}

async function printRows(output: Output, { writer, update, progress }: Printed): Promise<void> {
  const text = update.rows.length === 0 ? '' : (writer?.rows(update.rows) ?? '');
  if (text === '') {
    progress.show(update.statistics);
    return;
  }
  progress.clear();
  await print(output, text);
}

/** What a statement did goes with the table, and beside the data of the other formats. */
function reportUpdate(input: CommandInput, format: OutputFormat, update: QueryUpdate): void {
  const output = format === 'table' ? input.stdout : input.stderr;
  if (update.updateType !== undefined) {
    const count = update.updateCount;
    const rows = count === undefined ? '' : `: ${count} ${count === 1n ? 'row' : 'rows'}`;
    output.write(`${update.updateType}${rows}\n`);
  }
  for (const warning of update.warnings) input.stderr.write(`Warning: ${warning}\n`);
}

async function startSession(
  input: CommandInput,
  endpoints: LakehouseEndpoints,
  trino: TrinoConnection,
): Promise<TrinoSession> {
  const { catalog, schema, ref } = input.values;
  if (typeof catalog === 'string' && typeof ref === 'string')
    throw new UsageError('--ref chooses the catalog itself: leave out --catalog.');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return createSession({
    catalog:
      typeof ref === 'string'
        ? await openRef(ref, endpoints, trino)
        : ((catalog as string | undefined) ?? endpoints.trino.catalog),
    timeZone,
    ...(typeof schema === 'string' ? { schema } : {}),
  });
}

async function openRef(ref: string, endpoints: LakehouseEndpoints, trino: TrinoConnection): Promise<string> {
  const nessie = connectNessie(endpoints.nessie);
  const { defaultBranch } = await getConfig(nessie);
  // Trino makes a catalog of any name, and would find only later that nothing is behind it.
  if (!ref.startsWith('@')) await findReference(nessie, ref);
  const target: CatalogTarget = ref.startsWith('@')
    ? { kind: 'commit', hash: ref.slice(1) }
    : { kind: 'reference', name: ref };
  return openCatalog({ trino, staticCatalog: endpoints.trino.catalog, defaultBranch, endpoints }, target);
}

function parseFormat(value: unknown): OutputFormat {
  const format = OUTPUT_FORMATS.find(item => item === (value ?? 'table'));
  if (format === undefined) throw new UsageError(`--output is one of ${OUTPUT_FORMATS.join(', ')}.`);
  return format;
}

/** Waits for a reader that is slower than Trino, so that a large result never piles up in memory. */
async function print(output: Output, text: string): Promise<void> {
  const isTaken = output.write(text);
  const stream = output as Partial<NodeJS.WriteStream>;
  if (isTaken === false && stream.once !== undefined) await once(output as NodeJS.WriteStream, 'drain');
}
