import { isUtf8 } from 'node:buffer';
import { createInterface } from 'node:readline';
import { type LetterList, listLetters } from '../../pipeline/redrive/list-letters.ts';
import type { Letter } from '../../pipeline/redrive/letter-rows.ts';
import { keyToText, printJson, readLimit } from '../catalog/subcommand.ts';
import type { CommandInput } from '../command.ts';
import { escapeLines } from '../sql/display-width.ts';
import { readSelection } from './letter-options.ts';
import { openCatalog } from './open-catalog.ts';
import { lettersText, numberText, readOnlyFile, runLetters } from './redrive.ts';

/** `lakehouse etl dead-letters`: what is in the dead-letter table of a pipeline and why; `--drop` discards it. */
export async function deadLetters(input: CommandInput, files: readonly string[]): Promise<number> {
  const config = await readOnlyFile(input, files);
  const isJson = input.values['json'] === true;
  const isDrop = input.values['drop'] === true;
  const list = await read(input, config);
  const place = `${keyToText(list.table)} on ${config.branch}`;
  if (!isJson) input.stdout.write(escapeLines(listToText(list, place)));
  else if (!isDrop) input.stdout.write(printJson(listToJson(list)));
  if (!isDrop) return 0;
  const isDry = input.values['dry-run'] === true;
  if (list.letters > 0 && !isDry && !(await confirmed(input, list.letters))) {
    input.stderr.write('Nothing was discarded. Type the number of letters to confirm, or give --yes.\n');
    return 1;
  }
  const result = await runLetters(input, config, { action: 'discard', upTo: list.upTo });
  if (isJson) {
    const { resolved, commits } = result;
    input.stdout.write(printJson({ table: list.table, dryRun: isDry, discarded: resolved, commits }));
  } else if (list.letters > 0) {
    const would = isDry ? 'Dry run, nothing was changed. Would discard' : 'Discarded';
    input.stdout.write(`${would} ${lettersText(result.resolved)} of ${place}.\n`);
  }
  return 0;
}

async function read(
  input: CommandInput,
  config: Parameters<typeof listLetters>[0]['config'],
): Promise<LetterList> {
  using catalog = await openCatalog(input);
  return listLetters({
    catalog,
    config,
    selection: readSelection(input),
    examples: readLimit(input.values, 1),
    signal: input.signal,
    onNotice: text => void input.stderr.write(`${text}\n`),
  });
}

const SHOWN_ERRORS = 20;
const SHOWN_CHARACTERS = 160;

function listToText({ letters, errors, oldest, newest }: LetterList, place: string): string {
  if (letters === 0) return `No dead letters in ${place}.\n`;
  const span =
    oldest === undefined || newest === undefined
      ? ''
      : `, records of ${timeText(oldest)} to ${timeText(newest)}`;
  const shown = errors.slice(0, SHOWN_ERRORS).map(({ error, letters: count, examples }) => {
    const lines = examples.map(letter => `    ${letterToText(letter)}\n`);
    return `  ${numberText(count)}  ${error}\n${lines.join('')}`;
  });
  const more =
    errors.length > SHOWN_ERRORS
      ? `  ${numberText(errors.length - SHOWN_ERRORS)} further kinds of errors\n`
      : '';
  return `${lettersText(letters)} in ${place}${span}:\n${shown.join('')}${more}`;
}

function letterToText({ topic, partition, offset, error, value }: Letter): string {
  const [reason = ''] = error.split('\n');
  return `${topic}/${partition} offset ${offset}: ${reason}: ${valueToText(value)}`;
}

function valueToText(value: Uint8Array | null): string {
  if (value === null) return 'no value';
  if (!isUtf8(value)) return `${value.length} bytes: 0x${Buffer.from(value.subarray(0, 40)).toString('hex')}`;
  const text = Buffer.from(value)
    .toString('utf8', 0, SHOWN_CHARACTERS * 4)
    .replaceAll(/\s+/g, ' ');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function timeText(milliseconds: number): string {
  return milliseconds < 0 ? 'an unknown time' : new Date(milliseconds).toISOString();
}

function listToJson({ table, letters, errors, oldest, newest }: LetterList): object {
  return {
    table,
    letters,
    ...(oldest === undefined ? {} : { oldest: timeText(oldest) }),
    ...(newest === undefined ? {} : { newest: timeText(newest) }),
    errors: errors.map(({ examples, ...kind }) => ({
      ...kind,
      examples: examples.map(({ key, value, headers, timestamp, ...letter }) => ({
        ...letter,
        timestamp: timeText(timestamp),
        ...bytesToJson('key', key),
        ...bytesToJson('value', value),
        headers: headers.map(header => ({
          name: header.name,
          ...bytesToJson('value', header.value ?? null),
        })),
      })),
    })),
  };
}

/** As text where it is one, else in Base64 under another name. */
function bytesToJson(name: string, bytes: Uint8Array | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null };
  const buffer = Buffer.from(bytes);
  return isUtf8(bytes)
    ? { [name]: buffer.toString('utf8') }
    : { [`${name}Base64`]: buffer.toString('base64') };
}

/** The number of letters must be typed: what is discarded cannot be tried again. */
async function confirmed({ values, stdin, stderr, signal }: CommandInput, letters: number): Promise<boolean> {
  if (values['yes'] === true) return true;
  stderr.write(`Type ${letters} to discard these letters: `);
  const lines = createInterface({ input: stdin, signal });
  try {
    for await (const line of lines) return line.trim() === String(letters);
    return false;
  } finally {
    lines.close();
  }
}
