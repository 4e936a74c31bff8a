import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { ProduceRow } from '../produce/rows.ts';
import { inferSchema } from '../schema/infer.ts';
import { type DataFileInput, readRows } from './data-file.ts';
import { readParquetOutline } from './parquet-schema.ts';

/** What a file's table would look like. */
export interface TableProposal {
  /** Ids are 0. Every column may be null. */
  readonly fields: readonly NestedField[];
  /** What a person should know before taking it. */
  readonly remarks: readonly string[];
  /** The first rows, a text per column; null for NULL. */
  readonly preview: readonly (readonly (string | null)[])[];
  /** Rows that the types were guessed from; a Parquet file says its types itself. */
  readonly sampled: number;
  /** All rows of the file, where it says how many they are. */
  readonly rows?: number;
}

const SAMPLE_ROWS = 10_000;
const PREVIEW_ROWS = 50;

/** Proposes the columns of a new table for a file: from its footer, or from its first ten thousand rows. */
export async function proposeTable(file: DataFileInput): Promise<TableProposal> {
  if (file.format === 'parquet') {
    const { fields, rows, remarks } = await readParquetOutline(file.path);
    const first = await takeFirst(file, PREVIEW_ROWS);
    return { fields, remarks, rows, sampled: first.length, preview: toPreview(fields, first) };
  }
  const sample = await takeFirst(file, SAMPLE_ROWS);
  if (sample.length === 0) throw new Error(`${file.name} has no row.`);
  const rows = file.format === 'csv' ? withTextColumns(sample) : sample;
  const { fields, remarks } = inferSchema(rows.map(row => encoder.encode(JSON.stringify(row))));
  const told = remarks.map(remark => remark.replace('will be dead letters', 'do not fit'));
  return { fields, remarks: told, sampled: sample.length, preview: toPreview(fields, rows) };
}

const encoder = new TextEncoder();

async function takeFirst(file: DataFileInput, limit: number): Promise<ProduceRow[]> {
  const taken: ProduceRow[] = [];
  for await (const rows of readRows(file)) {
    taken.push(...rows.slice(0, limit - taken.length));
    if (taken.length >= limit) break;
  }
  return taken;
}

/** A column of a CSV file with one cell that is neither number nor boolean is one of texts. */
function withTextColumns(rows: readonly ProduceRow[]): readonly ProduceRow[] {
  const mixed = new Set<string>();
  const kinds = new Map<string, string>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (value === null) continue;
      const kind = cellKind(value);
      const before = kinds.get(name);
      if (before === undefined) kinds.set(name, kind);
      else if (before !== kind) mixed.add(name);
    }
  }
  if (mixed.size === 0) return rows;
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, mixed.has(name) ? textOf(value) : value]),
    ),
  );
}

function cellKind(value: unknown): string {
  return typeof value === 'object' ? 'number' : typeof value;
}

function toPreview(fields: readonly NestedField[], rows: readonly ProduceRow[]): (string | null)[][] {
  return rows
    .slice(0, PREVIEW_ROWS)
    .map(row => fields.map(({ name }) => (Object.hasOwn(row, name) ? textOf(row[name]) : null)));
}

/** Numbers in their own spelling, texts as they are, everything else as JSON. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
