import type { ColumnStatistics, Page, PageRange, ResultView } from './results/view.ts';

/** What notebook outputs hold and what renderer and host say to each other. Types only: both sides import this file. */

export const RESULT_MIME = 'application/vnd.lakehouse.result+json';
export const RENDERER_ID = 'lakehouse.result-renderer';

/** Widest head of a result that is put into the notebook's output; the rest comes by messages. */
export const OUTPUT_COLUMNS = 60;
export const OUTPUT_ROWS = 50;

/** The output of one statement: enough to draw it at once, and the handle of everything else. */
export interface ResultOutput {
  /** Names the result in the store; absent when the statement failed before it had one. */
  readonly handle?: string;
  readonly statement: string;
  readonly progress: Progress;
  /** Absent for statements without rows. */
  readonly table?: ResultHead;
  readonly error?: StatementError;
  /** The plan of an EXPLAIN statement. */
  readonly plan?: PlanView;
  /** Settings of a chart, as the cell's `-- @chart` line has them. */
  readonly chart?: ChartSettings;
}

export interface ResultHead {
  /** The first columns only; `columnCount` is how many there are. */
  readonly columns: readonly HeadColumn[];
  readonly columnCount: number;
  readonly rowCount: number;
  readonly page: Page;
  /** Why the result is not whole: the limit was reached, the statement was cancelled or failed on the way. */
  readonly isCut: boolean;
}

export interface HeadColumn {
  readonly name: string;
  readonly type: string;
}

/** What Trino says about a running or finished statement. */
export interface Progress {
  /**
   * Trino's state: QUEUED, PLANNING, RUNNING, FINISHED, FAILED …; CANCELED for what the user ended, WAITING for a query
   * that stopped at the limit and can go on.
   */
  readonly state: string;
  readonly queryId?: string;
  /** Trino's page about the query. */
  readonly infoUri?: string;
  readonly elapsedMs: number;
  readonly completedSplits: number;
  readonly totalSplits: number;
  readonly processedRows: number;
  readonly processedBytes: number;
  readonly peakMemoryBytes: number;
  /** Rows in the store. */
  readonly fetchedRows: number;
  /** INSERT, CREATE TABLE …; and the rows it changed. */
  readonly updateType?: string;
  readonly updateCount?: number;
}

export interface StatementError {
  readonly name: string;
  readonly message: string;
  /** From 1, within the statement. */
  readonly line?: number;
  readonly column?: number;
}

export type ChartType = 'line' | 'bar' | 'area' | 'scatter' | 'histogram' | 'heatmap';

export interface ChartSettings {
  readonly type: ChartType;
  /** Column names. */
  readonly x: string;
  readonly y: readonly string[];
}

/** One operator of a plan. */
export interface PlanNode {
  readonly name: string;
  readonly details: readonly string[];
  readonly estimates: Readonly<Record<string, string>>;
  readonly children: readonly PlanNode[];
  /** A share of the whole between 0 and 1, for the colour; absent when nothing is known. */
  readonly weight?: number;
}

/** What EXPLAIN ANALYZE measured of a stage, by name; an empty text where Trino says nothing. */
export interface PlanStage {
  readonly figures: Readonly<Record<string, string>>;
  /** Its share of the processor time of all stages, between 0 and 1. */
  readonly share: number;
}

export interface PlanFragment {
  /** Empty when it belongs to the one before. */
  readonly title: string;
  readonly root: PlanNode;
  readonly stage?: PlanStage;
}

export interface PlanView {
  readonly kind: 'logical' | 'distributed' | 'io' | 'analyze';
  readonly fragments: readonly PlanFragment[];
  readonly text: string;
}

export const COPY_FORMATS = ['TSV', 'CSV', 'JSON', 'Markdown', 'INSERT', 'IN list'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

export const EXPORT_FORMATS = [
  'CSV',
  'JSON',
  'NDJSON',
  'Parquet',
  'Arrow',
  'XLSX',
  'Markdown',
  'HTML',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Rows of a view and columns, by their places in the result. */
export interface CopyRange {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: readonly number[];
  readonly withHeader: boolean;
}

/** What the renderer may ask, with the type of each answer. */
export interface RendererRequests {
  page: { params: { view: ResultView; range: PageRange }; answer: Page & { viewRows: number } };
  columns: { params: Record<string, never>; answer: readonly HeadColumn[] };
  cell: { params: { view: ResultView; row: number; column: number }; answer: string | null };
  statistics: { params: { view: ResultView; column: number }; answer: ColumnStatistics };
  copy: {
    params: { view: ResultView; range: CopyRange; format: CopyFormat | 'HTML' | 'rows' };
    answer: { rows: number };
  };
  export: { params: { format: ExportFormat }; answer: { path?: string } };
  chart: { params: { view: ResultView; settings: ChartSettings; maxPoints: number }; answer: ChartData };
  saveChart: { params: { settings: ChartSettings }; answer: null };
  saveFile: { params: { name: string; base64: string }; answer: { path?: string } };
  loadMore: { params: { all: boolean }; answer: MoreRows };
  runAgain: { params: { all: boolean }; answer: MoreRows };
  cancel: { params: Record<string, never>; answer: null };
  open: { params: { uri: string }; answer: null };
}

/** More rows of a result. Neither head nor reason when its place runs it again and shows the result itself. */
export interface MoreRows {
  readonly head?: ResultHead;
  readonly progress?: Progress;
  /** Why no more rows come: the query has ended in Trino. */
  readonly closed?: string;
}

export type RequestKind = keyof RendererRequests;

export interface RequestMessage<K extends RequestKind = RequestKind> {
  readonly type: 'request';
  readonly id: number;
  readonly handle: string;
  readonly kind: K;
  readonly params: RendererRequests[K]['params'];
}

export interface AnswerMessage {
  readonly type: 'answer';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface ProgressMessage {
  readonly type: 'progress';
  readonly handle: string;
  readonly progress: Progress;
}

/** Points of a chart: one array per column asked for, x first; times are milliseconds. */
export interface ChartData {
  readonly x: readonly (number | string | null)[];
  readonly xIsTime: boolean;
  readonly series: readonly { readonly name: string; readonly values: readonly (number | string | null)[] }[];
  readonly totalRows: number;
  /** True when only evenly spread rows of a larger view are drawn. */
  readonly isSampled: boolean;
}
