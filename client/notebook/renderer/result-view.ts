import type { ResultOutput, StatementError } from '../messages.ts';
import { createChartPanel } from './chart-panel.ts';
import { button, element } from './element.ts';
import type { HostLink } from './host-link.ts';
import { countText } from './number-text.ts';
import { createPlanPanel } from './plan-panel.ts';
import { createProgressBar, figures } from './progress-bar.ts';
import { createResultTable, type ResultTable } from './result-table.ts';

export interface ResultViewNode {
  readonly element: HTMLElement;
  /** Takes a newer state of the same result in; false when it is another one that must be drawn anew. */
  update(output: ResultOutput): boolean;
  dispose(): void;
}

/** Everything that one statement shows: progress, error, plan, table, chart and the figures of its run. */
export function createResultView(first: ResultOutput, link: HostLink): ResultViewNode {
  const { handle = '' } = first;
  const progress = createProgressBar({
    open: uri => void link.ask(handle, 'open', { uri }).catch(() => undefined),
    cancel: () => void link.ask(handle, 'cancel', {}).catch(() => undefined),
  });
  const content = element('div', { class: 'content' });
  const node = element('div', { class: 'result' }, progress.element, content);
  let table: ResultTable | undefined;
  let isPlaced = false;
  const stop = link.onProgress(handle, message => {
    progress.update(message.progress);
  });

  const place = (output: ResultOutput): void => {
    progress.update(output.progress);
    if (output.error !== undefined) content.append(errorBox(output.error));
    if (output.plan !== undefined) content.append(createPlanPanel(output.plan));
    else if (output.table !== undefined) {
      const chart = createChartPanel({
        handle,
        head: output.table,
        link,
        view: () => table?.view,
        settings: output.chart,
      });
      table = createResultTable({
        handle,
        head: output.table,
        link,
        tools: [chart.button],
        onViewChange: chart.refresh,
      });
      content.append(table.element, chart.element);
    } else if (output.error === undefined && isDone(output)) content.append(doneBox(output));
    isPlaced = isPlaced || content.childElementCount > 0;
  };
  place(first);
  return {
    element: node,
    update: output => {
      if (output.handle !== first.handle || output.statement !== first.statement) return false;
      // The rows of an EXPLAIN come before its plan, which takes their place.
      if (table !== undefined && output.table !== undefined && output.plan === undefined) {
        progress.update(output.progress);
        table.setHead(output.table);
        if (output.error !== undefined) content.prepend(errorBox(output.error));
        return true;
      }
      if (isPlaced) return false;
      place(output);
      return true;
    },
    dispose: stop,
  };
}

function isDone({ progress }: ResultOutput): boolean {
  return progress.state === 'FINISHED';
}

function doneBox({ progress }: ResultOutput): HTMLElement {
  const { updateType = 'Done', updateCount } = progress;
  const rows =
    updateCount === undefined ? '' : `: ${countText(updateCount)} ${updateCount === 1 ? 'row' : 'rows'}`;
  return element(
    'div',
    { class: 'done', role: 'status' },
    `✓ ${updateType}${rows} · ${figures(progress)[0] ?? ''}`,
  );
}

function errorBox({ name, message, line, column }: StatementError): HTMLElement {
  const place =
    line === undefined ? '' : ` · line ${line}${column === undefined ? '' : `, column ${column}`}`;
  const text = element('div', { class: 'error-text' }, message);
  const copy = button('Copy', () => void navigator.clipboard.writeText(`${name}: ${message}`));
  return element(
    'div',
    { class: 'error-box', role: 'alert' },
    element('strong', {}, name + place),
    text,
    copy,
  );
}
