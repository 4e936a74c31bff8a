/**
 * What SQL notebooks cost: first page, memory, document, scrolling, sorting, export, and whether every file survives.
 *   npm run bench notebook -- [--json] [--cases N]
 * Needs a lakehouse: the one whose endpoints.json `LAKEHOUSE_TEST_ENDPOINTS` names, else one is started for the run.
 */
import { parseArgs } from 'node:util';
import { testEndpoints } from '../support/lakehouse.ts';
import { startServicesLakehouse } from '../support/services-lakehouse.ts';
import { countRoundTripFailures, measureSerializing } from './notebook/document.ts';
import { measureRendererSize, measureScrolling } from './notebook/renderer.ts';
import { measureExport, measureFirstPage, measureResults } from './notebook/results.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, cases: { type: 'string', default: '100000' } },
  });
  await using lakehouse =
    process.env['LAKEHOUSE_TEST_ENDPOINTS'] === undefined ? startServicesLakehouse() : undefined;
  Object.assign(process.env, await lakehouse?.environment());
  const endpoints = testEndpoints();
  // Memory first: what came before would have left its garbage in the process.
  const results = await measureResults(endpoints);
  const figures = {
    firstPageOverheadMs: round(await measureFirstPage(endpoints)),
    hostMemoryMb: round(results.hostMemoryMb),
    outputBytes: results.outputBytes,
    scrollFps: round(await measureScrolling()),
    sort1mMs: round(results.sort1mMs),
    exportRowsPerSecond: 0,
    rendererKb: round(await measureRendererSize()),
    roundTripFailures: countRoundTripFailures(Number(values.cases)),
  };
  const { exportRowsPerSecond, bareRowsPerSecond } = await measureExport(endpoints);
  figures.exportRowsPerSecond = Math.round(exportRowsPerSecond);
  const serializing = measureSerializing();
  const lines: readonly (readonly [string, string])[] = [
    ['first page over a bare client', `${figures.firstPageOverheadMs} ms (wanted: at most 150)`],
    ['memory added by 1,000,000 × 10 rows', `${figures.hostMemoryMb} MB (at most 150)`],
    [
      'longest work of the host at a stretch',
      `${round(results.longestWorkMs)} ms (at most 16; a timer was up to ${round(results.longestDelayMs)} ms late)`,
    ],
    ['loading them', `${round(results.loadSeconds)} s`],
    ['output in the document', `${figures.outputBytes} bytes (at most 200,000)`],
    ['scrolling', `${figures.scrollFps} frames/s (at least 55)`],
    ['slowest sort of 1,000,000 rows', `${figures.sort1mMs} ms (at most 1,500)`],
    [
      'export to CSV',
      `${figures.exportRowsPerSecond} rows/s (at least 150,000; a bare client: ${Math.round(bareRowsPerSecond)})`,
    ],
    ['renderer', `${figures.rendererKb} kB (at most 400)`],
    ['files that do not come back to the byte', `${figures.roundTripFailures} of ${values.cases} (0)`],
    [
      'writing 5,000 cells',
      `${round(serializing.untouchedMs)} ms, one edited ${round(serializing.editedMs)} ms (at most 50)`,
    ],
  ];
  for (const [what, figure] of lines) console.log(`${what.padEnd(40)} ${figure}`);
  if (values.json) console.log(JSON.stringify(figures));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
