import { NotebookCellData, NotebookCellKind, NotebookData, type NotebookSerializer } from 'vscode';
import { SQL_LANGUAGE } from '../ids.ts';
import { type CellOrigin, readSqlCells, type SqlCell, writeSqlCells } from './sql-cells.ts';
import { statementSpans } from './statements.ts';
import { decodeText, encodeText, type TextEncoding } from './text-bytes.ts';

/** What a notebook remembers of its file beside the cells. Kept in the notebook's metadata. */
interface FileMetadata {
  readonly tail: string;
  readonly eol: '\n' | '\r\n';
  readonly encoding: TextEncoding;
}

interface CellMetadata {
  readonly name?: string;
  readonly origin?: CellOrigin;
}

const NEW_FILE: FileMetadata = { tail: '', eol: '\n', encoding: 'utf-8' };

/** `.sql` files as notebooks: the file stays what it is, byte for byte, where nobody edits. */
export const sqlSerializer: NotebookSerializer = {
  deserializeNotebook: content => {
    const { text, encoding } = decodeText(content);
    const { cells, tail, eol } = readSqlCells(text, statementSpans);
    const data = new NotebookData(cells.map(toCellData));
    data.metadata = { lakehouse: { tail, eol, encoding } satisfies FileMetadata };
    return data;
  },
  serializeNotebook: data => {
    const metadata = data.metadata as { lakehouse?: FileMetadata } | undefined;
    const { tail, eol, encoding } = metadata?.lakehouse ?? NEW_FILE;
    const text = writeSqlCells({ cells: data.cells.map(fromCellData), tail, eol }, statementSpans);
    return encodeText({ text, encoding });
  },
};

/** The name a cell has for later cells. */
export function cellName(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return (metadata?.['lakehouse'] as CellMetadata | undefined)?.name;
}

/** A cell's metadata with another name. */
export function withCellName(
  metadata: Readonly<Record<string, unknown>>,
  name: string | undefined,
): Record<string, unknown> {
  const { origin } = (metadata['lakehouse'] as CellMetadata | undefined) ?? {};
  const own: CellMetadata = {
    ...(name === undefined ? {} : { name }),
    ...(origin === undefined ? {} : { origin }),
  };
  return { ...metadata, lakehouse: own };
}

function toCellData({ kind, value, name, origin }: SqlCell): NotebookCellData {
  const data =
    kind === 'markdown'
      ? new NotebookCellData(NotebookCellKind.Markup, value, 'markdown')
      : new NotebookCellData(NotebookCellKind.Code, value, SQL_LANGUAGE);
  data.metadata = {
    lakehouse: { ...(name === undefined ? {} : { name }), ...(origin === undefined ? {} : { origin }) },
  };
  return data;
}

function fromCellData({ kind, value, metadata }: NotebookCellData): SqlCell {
  const { name, origin } = (metadata?.['lakehouse'] as CellMetadata | undefined) ?? {};
  return {
    kind: kind === NotebookCellKind.Markup ? 'markdown' : 'code',
    value,
    ...(name === undefined ? {} : { name }),
    ...(origin === undefined ? {} : { origin }),
  };
}
