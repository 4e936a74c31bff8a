import { commands, type NotebookCell, type TextDocument } from 'vscode';
import { formatChart } from './chart-directive.ts';
import { writeDirective } from './directives.ts';
import type { ChartSettings } from './messages.ts';
import { replaceText } from './front-document.ts';
import { rangesOf } from './notebook-target.ts';

/** Where results are shown: a cell of a notebook, or the panel of plain scripts. */
export interface ResultPlace {
  /** The same object for the same place. */
  readonly key: object;
  /** Under which address the results come back in a later session. */
  readonly address: string;
  /** They come back only while this text is the same. */
  text(): string;
  /** Keeps the settings of a chart where the statement of a result stands, as a comment. */
  saveChart(handle: string, settings: ChartSettings): Promise<void>;
  /** Runs again what a result came from, when only the place still knows it; absent where nobody does. */
  readonly runAgain?: () => Promise<void>;
}

/** A cell as the place of its results. */
export function cellPlace(cell: NotebookCell): ResultPlace {
  return {
    key: cell,
    address: cell.notebook.uri.toString(),
    text: () => cell.document.getText(),
    saveChart: (_, settings) =>
      writeChart(cell.document, { start: 0, text: cell.document.getText() }, settings),
    runAgain: async () => {
      await commands.executeCommand('notebook.cell.execute', rangesOf(cell));
    },
  };
}

/** Writes the settings of a chart as a comment line of a cell. */
export async function writeChart(
  document: TextDocument,
  { start, text }: { readonly start: number; readonly text: string },
  settings: ChartSettings,
): Promise<void> {
  const whole = { start, text };
  await replaceText(document, whole, writeDirective(text, 'chart', formatChart(settings)));
}
