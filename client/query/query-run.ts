import {
  type QueryUpdate,
  runStatement,
  type TrinoColumn,
  type TrinoConnection,
  TrinoError,
  type TrinoRow,
  type TrinoSession,
} from '../../catalog/trino/client.ts';
import { errorMessage } from '../errors.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { ResultMessage, ResultRow } from './result-messages.ts';
import { isNumericType, valueText } from '../../catalog/trino/value-text.ts';

export interface QueryRun {
  readonly connection: TrinoConnection;
  /** What earlier statements of the same document have set, and what this one sets. */
  readonly session: TrinoSession;
  readonly sql: string;
  /** Trino is asked for no more rows after so many. */
  readonly maxRows: number;
  /** Ends the query, in Trino too. */
  readonly signal: AbortSignal;
  readonly show: (message: ResultMessage) => void;
}

/** How a run ended. */
export interface QueryOutcome {
  readonly kind: 'finished' | 'cancelled' | 'failed';
  /** Whether it was a statement that changes something, and not a query. */
  readonly isChange: boolean;
  /** Rows that came, or that the statement changed. */
  readonly rows: number;
  readonly elapsedMs: number;
  /** What went wrong, as it is shown. */
  readonly failure?: string;
  /** The fault, where Trino named one with its place in the statement. */
  readonly error?: TrinoError;
}

/** Runs one statement and shows its progress, its rows and its end. Never rejects: a fault is shown as the end. */
export async function runQuery(run: QueryRun): Promise<QueryOutcome> {
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const end = (kind: QueryOutcome['kind'], text: string): void =>
    run.show({ kind: 'ended', outcome: kind, text });
  run.show({ kind: 'started', sql: run.sql });
  try {
    const total = await readRows(run);
    end('finished', endText(total, run.maxRows, seconds()));
    const rows = total.updateCount === undefined ? total.rows : Number(total.updateCount);
    return {
      kind: 'finished',
      isChange: total.updateType !== undefined,
      rows,
      elapsedMs: performance.now() - began,
    };
  } catch (error) {
    if (run.signal.aborted) {
      end('cancelled', `Cancelled after ${seconds()}. Trino was told to stop.`);
      return { kind: 'cancelled', isChange: false, rows: 0, elapsedMs: performance.now() - began };
    }
    const failure = failureText(error);
    end('failed', failure);
    const elapsedMs = performance.now() - began;
    return {
      kind: 'failed',
      isChange: false,
      rows: 0,
      elapsedMs,
      failure,
      ...(error instanceof TrinoError ? { error } : {}),
    };
  }
}

interface Total {
  rows: number;
  isCut: boolean;
  hasColumns: boolean;
  updateType?: string;
  updateCount?: bigint;
}

async function readRows({ connection, session, sql, maxRows, signal, show }: QueryRun): Promise<Total> {
  const total: Total = { rows: 0, isCut: false, hasColumns: false };
  for await (const update of runStatement(connection, sql, { session, signal })) {
    if (update.updateType !== undefined) total.updateType = update.updateType;
    if (update.updateCount !== undefined) total.updateCount = update.updateCount;
    if (update.columns !== undefined && !total.hasColumns) {
      total.hasColumns = true;
      show({ kind: 'columns', columns: update.columns.map(resultColumn) });
    }
    const fitting = update.rows.slice(0, maxRows - total.rows);
    total.rows += fitting.length;
    if (fitting.length > 0)
      show({ kind: 'rows', rows: fitting.map(row => resultRow(row, update.columns ?? [])) });
    show({ kind: 'progress', text: progressText(update, total.rows) });
    if (fitting.length < update.rows.length) {
      total.isCut = true;
      break;
    }
  }
  return total;
}

function resultColumn({ name, type }: TrinoColumn): { name: string; type: string; isNumeric: boolean } {
  return { name, type: type.text, isNumeric: isNumericType(type) };
}

function resultRow(row: TrinoRow, columns: readonly TrinoColumn[]): ResultRow {
  return columns.map(({ type }, index) => valueText(row[index] ?? null, type));
}

/** `RUNNING · 45 % · 12/34 splits · 1,200,000 rows, 34 MB read · 500 rows here · 3.4 s` */
function progressText({ statistics }: QueryUpdate, rowsHere: number): string {
  const { state, progressPercentage, completedSplits, totalSplits, processedRows, processedBytes } =
    statistics;
  return [
    state,
    ...(progressPercentage === undefined ? [] : [`${Math.round(progressPercentage)} %`]),
    `${completedSplits}/${totalSplits} splits`,
    `${count(processedRows)} rows, ${formatBytes(processedBytes)} read`,
    ...(rowsHere === 0 ? [] : [`${count(rowsHere)} rows here`]),
    `${(statistics.elapsedTimeMs / 1000).toFixed(1)} s`,
  ].join(' · ');
}

function endText(total: Total, maxRows: number, seconds: string): string {
  if (total.isCut) {
    return `The first ${count(maxRows)} rows in ${seconds}. There are more: the setting lakehouse.query.maxRows decides how many are fetched.`;
  }
  if (total.updateType !== undefined) {
    const changed =
      total.updateCount === undefined ? '' : `: ${total.updateCount.toLocaleString('en-US')} rows`;
    return `${total.updateType}${changed} in ${seconds}`;
  }
  return `${count(total.rows)} ${total.rows === 1 ? 'row' : 'rows'} in ${seconds}`;
}

function failureText(error: unknown): string {
  if (!(error instanceof TrinoError)) return errorMessage(error);
  const place = error.line === undefined ? '' : `line ${error.line}:${error.column ?? 1}: `;
  return `${error.errorName}: ${place}${error.message}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
