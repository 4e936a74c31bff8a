import { Zip, ZipDeflate } from 'fflate';
import type { TextRow } from '../results/text-formats.ts';
import { parseTrinoType } from '../results/trino-type.ts';
import type { ByteStream, RowSource } from './export-rows.ts';

/** Excel's own limits; more rows go onto further sheets. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const MAX_CELL_CHARACTERS = 32_767;

/**
 * An Excel workbook (ECMA-376) with inline texts. Numbers that Excel would round (more than 15 digits) are written as
 * text; so are times, whose digits Excel does not have. Throws when there are more columns than a sheet can hold.
 */
export async function* xlsxStream({ columns, pages }: RowSource): ByteStream {
  if (columns.length > MAX_COLUMNS) {
    throw new Error(
      `An Excel sheet holds ${MAX_COLUMNS} columns and this result has ${columns.length}: export it as CSV or Parquet.`,
    );
  }
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  const isNumber = columns.map(column =>
    /^(tinyint|smallint|integer|bigint|real|double|decimal)$/.test(parseTrinoType(column.type).base),
  );
  const header = columns.map(column => column.name);
  let sheet: Sheet | undefined;
  let sheets = 0;
  const start = (): Sheet => {
    const created = openSheet(zip, ++sheets);
    created.add(header, []);
    return created;
  };
  for await (const page of pages) {
    for (const row of page) {
      if (sheet !== undefined && sheet.rows() >= MAX_ROWS) {
        sheet.end();
        sheet = undefined;
      }
      sheet ??= start();
      sheet.add(row, isNumber);
    }
    sheet?.flush();
    yield* ready.splice(0);
  }
  (sheet ?? start()).end();
  for (const [name, text] of Object.entries(partsOf(sheets))) addFile(zip, name, text);
  zip.end();
  yield* ready.splice(0);
}

interface Sheet {
  add(row: TextRow, isNumber: readonly boolean[]): void;
  flush(): void;
  end(): void;
  rows(): number;
}

function openSheet(zip: Zip, number: number): Sheet {
  const file = new ZipDeflate(`xl/worksheets/sheet${number}.xml`, { level: 3 });
  zip.add(file);
  const encoder = new TextEncoder();
  let text = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  let rows = 0;
  const flush = (): void => {
    if (text !== '') file.push(encoder.encode(text));
    text = '';
  };
  return {
    add: (row, isNumber) => {
      rows++;
      text += `<row r="${rows}">${row.map((cell, i) => cellXml(cell, isNumber[i] ?? false)).join('')}</row>`;
    },
    flush,
    end: () => {
      flush();
      file.push(encoder.encode('</sheetData></worksheet>'), true);
    },
    rows: () => rows,
  };
}

function cellXml(text: string | null, isNumber: boolean): string {
  if (text === null) return '<c/>';
  if (
    isNumber &&
    /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) &&
    text.replace(/e.*$|[-.]/gi, '').length <= 17 &&
    isExact(text)
  )
    return `<c><v>${text}</v></c>`;
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(text.slice(0, MAX_CELL_CHARACTERS))}</t></is></c>`;
}

/** Excel keeps 15 significant digits. Doubles have more in their text and are meant as doubles all the same. */
function isExact(text: string): boolean {
  return /[.e]/i.test(text) || text.replace('-', '').length <= 15;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

function partsOf(sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1);
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>${numbers.map(n => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${numbers.map(n => `<sheet name="Result${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${numbers.map(n => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}</Relationships>`,
  };
}

function addFile(zip: Zip, name: string, text: string): void {
  const file = new ZipDeflate(name);
  zip.add(file);
  file.push(new TextEncoder().encode(text), true);
}

/** Characters that XML 1.0 cannot hold become the replacement character. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(
      new RegExp(
        '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]',
        'g',
      ),
      '\ufffd',
    );
}
