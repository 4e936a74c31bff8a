import type { ResultOutput } from '../messages.ts';
import { createHostLink, type HostLink, type Messaging } from './host-link.ts';
import { createResultView, type ResultViewNode } from './result-view.ts';
import { STYLES } from './styles.ts';

/** The part of VS Code's renderer API that is used. */
interface OutputItem {
  readonly id: string;
  json(): unknown;
}

interface Renderer {
  renderOutputItem(item: OutputItem, element: HTMLElement): void;
  disposeOutputItem(id?: string): void;
}

/** VS Code's entry point of a notebook renderer. */
export function activate(context: Messaging): Renderer {
  const link: HostLink = createHostLink(context);
  const views = new Map<string, ResultViewNode>();
  const dispose = (id: string): void => {
    views.get(id)?.dispose();
    views.delete(id);
  };
  return {
    renderOutputItem: (item, element) => {
      const output = item.json() as ResultOutput;
      const shown = views.get(item.id);
      // The end of a statement changes the output that showed its progress: what was scrolled or sorted stays.
      const isThere = shown !== undefined && element.shadowRoot?.contains(shown.element) === true;
      if (isThere && shown.update(output)) return;
      dispose(item.id);
      const view = createResultView(output, link);
      views.set(item.id, view);
      const style = document.createElement('style');
      style.textContent = STYLES;
      const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
      root.replaceChildren(style, view.element);
    },
    disposeOutputItem: id => {
      for (const each of id === undefined ? [...views.keys()] : [id]) dispose(each);
    },
  };
}
