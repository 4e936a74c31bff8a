import type { ResultOutput } from '../notebook/messages.ts';
import { createHostLink, type HostLink } from '../notebook/renderer/host-link.ts';
import { createResultView, type ResultViewNode } from '../notebook/renderer/result-view.ts';
import { STYLES } from '../notebook/renderer/styles.ts';
import type { FromResultsPage, ToResultsPage } from '../query/result-messages.ts';
import { byId, make } from './dom.ts';
import { connectEditor } from './editor-api.ts';

/** One result with what stands around it. */
interface Shown {
  readonly view: ResultViewNode;
  readonly section: HTMLElement;
}

/** The results of a script: what a notebook shows below its cells, one below the other. */
const page = byId('page');
const hint = make('p', { class: 'quiet', text: 'Run a query with Ctrl+Enter in a SQL editor.' });
let shown: Shown[] = [];
const listeners: ((message: unknown) => void)[] = [];
const api = connectEditor<FromResultsPage, ToResultsPage>(receive);
const link: HostLink = createHostLink({
  postMessage: message => {
    api.postMessage(message as FromResultsPage);
  },
  onDidReceiveMessage: listener => {
    listeners.push(listener);
    return { dispose: () => undefined };
  },
});
// A sheet that a script makes is no inline style: the page's policy allows none.
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLES);
page.append(make('h1', { text: 'Query results' }), hint);

function receive(message: ToResultsPage): void {
  switch (message.type) {
    case 'outputs':
      for (const each of shown) {
        each.view.dispose();
        each.section.remove();
      }
      shown = [];
      message.outputs.forEach(show);
      hint.hidden = shown.length > 0;
      break;
    case 'output':
      show(message.output, message.index);
      hint.hidden = true;
      break;
    case 'answer':
    case 'progress':
      for (const listener of listeners) listener(message);
      break;
  }
}

function show(output: ResultOutput, index: number): void {
  const before = shown[index];
  if (before?.view.update(output) === true) return;
  const view = createResultView(output, link);
  const section = sectionOf(output, index, view.element);
  before?.view.dispose();
  if (before === undefined) page.append(section);
  else before.section.replaceWith(section);
  shown[index] = { view, section };
  if (before === undefined && index > 0) section.scrollIntoView({ block: 'nearest' });
}

/** Every result in a tree of its own, as in a notebook; the statement above it as soon as there are several. */
function sectionOf({ statement }: ResultOutput, index: number, element: HTMLElement): HTMLElement {
  const host = make('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(element);
  const title = make('h2', {
    class: 'statement',
    text: `${index + 1}  ${statement.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
    title: statement.slice(0, 2000),
  });
  return make('section', { attributes: { 'aria-label': `Result ${index + 1}` }, children: [title, host] });
}
