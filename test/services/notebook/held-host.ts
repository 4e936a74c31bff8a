import {
  OUTPUT_COLUMNS,
  OUTPUT_ROWS,
  type RequestMessage,
  type ResultOutput,
} from '../../../client/notebook/messages.ts';
import type { HeldResult } from '../../../client/notebook/results/held-result.ts';
import { WHOLE_RESULT } from '../../../client/notebook/results/view.ts';

/** The output of a finished statement over a held result. */
export function outputOf(result: HeldResult): ResultOutput {
  const { store } = result;
  return {
    handle: 'result-1',
    statement: 'SELECT * FROM somewhere',
    progress: {
      state: 'FINISHED',
      queryId: '20260101_000000_00001_abcde',
      infoUri: 'http://127.0.0.1:8083/ui/query.html?1',
      elapsedMs: 1530,
      completedSplits: 12,
      totalSplits: 12,
      processedRows: store.rowCount,
      processedBytes: 12_345_678,
      peakMemoryBytes: 3_456_789,
      fetchedRows: store.rowCount,
    },
    table: {
      columns: store.columns.slice(0, OUTPUT_COLUMNS),
      columnCount: store.columns.length,
      rowCount: store.rowCount,
      page: result.page(WHOLE_RESULT, {
        firstRow: 0,
        rows: OUTPUT_ROWS,
        firstColumn: 0,
        columns: OUTPUT_COLUMNS,
      }),
      isCut: false,
    },
  };
}

/** Answers the questions of a grid as the extension does, without an editor around. */
export function answerFromResult(result: HeldResult, request: RequestMessage): unknown {
  if (request.handle !== 'result-1' && request.handle !== 'h')
    throw new Error('these results are gone: run the cell again.');
  switch (request.kind) {
    case 'page': {
      const { params } = request as RequestMessage<'page'>;
      return result.page(params.view, params.range);
    }
    case 'columns':
      return result.columns();
    case 'cell': {
      const { params } = request as RequestMessage<'cell'>;
      return result.cell(params.view, params);
    }
    case 'statistics': {
      const { params } = request as RequestMessage<'statistics'>;
      return result.statistics(params.view, params.column);
    }
    case 'copy': {
      const { params } = request as RequestMessage<'copy'>;
      return { rows: result.copy(params.view, params.range, params.format).rows };
    }
    case 'chart': {
      const { params } = request as RequestMessage<'chart'>;
      return result.chart(params.view, params.settings, params.maxPoints);
    }
    case 'saveFile':
      return { path: (request as RequestMessage<'saveFile'>).params.name };
    default:
      return null;
  }
}
