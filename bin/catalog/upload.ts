import path from 'node:path';
import { typeToText } from '../../catalog/iceberg/types.ts';
import { chooseColumns } from '../../pipeline/load/choose-columns.ts';
import { openDataFile } from '../../pipeline/load/data-file.ts';
import { loadFile } from '../../pipeline/load/load-file.ts';
import { proposeTable } from '../../pipeline/load/propose-table.ts';
import { UsageError } from '../command.ts';
import { createStatusLine } from '../status-line.ts';
import { parseRef } from './access.ts';
import {
  bytesToText,
  type CatalogSubcommand,
  keyToText,
  parseKeyText,
  printColumns,
  printJson,
} from './subcommand.ts';

/** A CSV, NDJSON or Parquet file as a new table, all of its rows or none. */
export const uploadCommand: CatalogSubcommand = {
  usage: 'upload <file> <namespace.table>',
  summary: 'Makes a CSV, NDJSON or Parquet file a new table; --dry-run shows its columns.',
  options: ['ref', 'type', 'dry-run'],
  run: async ({ access, values, positionals, signal, stderr }) => {
    const [given, table] = positionals;
    if (given === undefined || table === undefined)
      throw new UsageError('upload needs a file and the name of the new table.');
    const branch = parseRef(access, values['ref']).name;
    if (branch === undefined) throw new UsageError('A commit never changes: name a branch with --ref.');
    const key = parseKeyText(table);
    const file = await openDataFile(path.resolve(given));
    const proposal = await proposeTable(file);
    for (const remark of proposal.remarks) stderr.write(`${remark}\n`);
    const fields = chooseColumns(proposal.fields, readChoices(values['type']));
    const columns = fields.map(field => ({ name: field.name, type: typeToText(field.type) }));
    if (values['dry-run'] === true) {
      return {
        json: () => printJson({ table: key, branch, columns, remarks: proposal.remarks }),
        text: () => printColumns(columns.map(({ name, type }) => [name, type])),
      };
    }
    const status = createStatusLine(stderr);

    const result = await loadFile({
      file,
      catalog: access,
      branch,
      key,
      fields,
      totalRows: proposal.rows,
      signal,
      onProgress: ({ rows, share }) =>
        status.show(`${rows.toLocaleString('en')} rows, ${Math.floor(share * 100)} %`),
      onNotice: text => status.note(text),
    }).finally(() => status.clear());
    return {
      json: () => printJson({ table: key, branch, columns, ...result }),
      text: () =>
        `${keyToText(key)} on ${branch}: ${result.rows.toLocaleString('en')} rows in ${result.files} ${result.files === 1 ? 'file' : 'files'}, ${bytesToText(BigInt(result.bytes))}.\n`,
    };
  },
};

function readChoices(given: unknown): Map<string, string> {
  const choices = new Map<string, string>();
  for (const text of Array.isArray(given) ? (given as readonly string[]) : []) {
    const at = text.lastIndexOf('=');
    if (at <= 0) throw new UsageError(`--type is column=type, not '${text}'.`);
    choices.set(text.slice(0, at), text.slice(at + 1));
  }
  return choices;
}
