import type { PipelineConfig } from '../../pipeline/config.ts';
import type { ErrorCount } from '../../pipeline/redrive/error-counts.ts';
import {
  type RedriveProgress,
  type RedriveOptions,
  type RedriveResult,
  redriveTable,
} from '../../pipeline/redrive/redrive-table.ts';
import { keyToText, printColumns, printJson } from '../catalog/subcommand.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { escapeLines } from '../sql/display-width.ts';
import { createStatusLine } from '../status-line.ts';
import { readSelection } from './letter-options.ts';
import { openCatalog } from './open-catalog.ts';
import { readPipelineFile } from './pipeline-file.ts';
import { plural } from './views.ts';

/** `lakehouse etl redrive`: the dead letters of a pipeline go through it again. */
export async function redrive(input: CommandInput, files: readonly string[]): Promise<number> {
  const config = await readOnlyFile(input, files);
  const result = await runLetters(input, config, { action: 'redrive' });
  const isDry = input.values['dry-run'] === true;
  input.stdout.write(
    input.values['json'] === true
      ? printJson({ pipeline: config.name, dryRun: isDry, ...result })
      : escapeLines(resultToText(config, result, isDry)),
  );
  return 0;
}

/** The one pipeline file that a subcommand is about. */
export async function readOnlyFile(input: CommandInput, files: readonly string[]): Promise<PipelineConfig> {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError('Name one pipeline file.');
  return readPipelineFile(input, file);
}

/** Tries dead letters again, or discards them; the options say which. */
export async function runLetters(
  input: CommandInput,
  config: PipelineConfig,
  how: Pick<RedriveOptions, 'action' | 'upTo'>,
): Promise<RedriveResult> {
  const selection = readSelection(input);
  using catalog = await openCatalog(input);
  const line = createStatusLine(input.stderr);
  let last: RedriveProgress | undefined;
  try {
    return await redriveTable({
      catalog,
      config,
      selection,
      ...how,
      dryRun: input.values['dry-run'] === true,
      signal: input.signal,
      onNotice: text => line.note(text),
      onProgress: progress => {
        last = progress;
        const { seen, total, resolved } = progress;
        line.show(
          `Looked at ${numberText(seen)} of ${numberText(total)} letters, ${numberText(resolved)} done`,
        );
      },
    });
  } catch (error) {
    const { resolved, commits } = last ?? { resolved: 0, commits: 0 };
    if (commits > 0) {
      line.note(
        `${lettersText(resolved)} left in ${plural(commits, 'commit')} before this ended; run it again for the others.`,
      );
    }
    throw error;
  } finally {
    line.clear();
  }
}

function resultToText(
  { table, branch }: PipelineConfig,
  { letters, rows, resolved, errors }: RedriveResult,
  isDry: boolean,
): string {
  const name = `${keyToText(table)} on ${branch}`;
  if (letters === 0) return `No dead letters of ${name} to try again.\n`;
  const became = `${lettersText(resolved)} of ${numberText(letters)}`;
  const rowsText = `${numberText(rows)} row${rows === 1 ? '' : 's'}`;
  const done = isDry
    ? `Dry run, nothing was changed. ${became} would become ${rowsText} of ${name}.`
    : `${became} became ${rowsText} of ${name}.`;
  return `${done}\n${errorsToText(errors, letters - resolved)}`;
}

function errorsToText(errors: readonly ErrorCount[], failing: number): string {
  if (errors.length === 0) return '';
  const rows = errors.map(({ error, letters, example }) => {
    const { topic, partition, offset } = example;
    return [`  ${numberText(letters)}`, error, `first: ${topic}/${partition} offset ${offset}`];
  });
  return `${lettersText(failing)} still ${failing === 1 ? 'is no row' : 'are no rows'}:\n${printColumns(rows)}`;
}

export function lettersText(letters: number): string {
  return `${numberText(letters)} dead letter${letters === 1 ? '' : 's'}`;
}

export function numberText(value: number): string {
  return value.toLocaleString('en');
}
