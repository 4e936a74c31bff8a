import type { CompareGroup } from '../catalog/compare-messages.ts';
import type {
  ConflictChoice,
  ConflictMessage,
  ConflictRequest,
  ConflictTable,
} from '../catalog/conflict-messages.ts';
import { byId, make, makeButton } from './dom.ts';
import { connectEditor } from './editor-api.ts';
import { groupList, statusLine } from './parts.ts';

type Preview = Extract<ConflictMessage, { kind: 'preview' }>;

const heading = make('h1');
const { line: status, say } = statusLine('Rehearsing …');
const content = make('div');
byId('page').append(heading, status, content);
let choices: (ConflictChoice | undefined)[] = [];
let applyButton: HTMLButtonElement | undefined;
const places = new Map<number, HTMLElement>();
const editor = connectEditor<ConflictRequest, ConflictMessage>(show);

function show(message: ConflictMessage): void {
  switch (message.kind) {
    case 'loading':
      say('Rehearsing …');
      break;
    case 'preview':
      draw(message);
      break;
    case 'sides':
      drawSides(message);
      break;
    case 'done':
      say(message.text);
      content.replaceChildren();
      break;
    case 'failed':
      say(message.reason, true);
      break;
  }
}

function draw(preview: Preview): void {
  const { title, tables, others } = preview;
  heading.textContent = title;
  choices = tables.map(() => undefined);
  places.clear();
  const count = tables.length === 1 ? 'One table is' : `${tables.length.toLocaleString('en-US')} tables are`;
  say(
    tables.length === 0
      ? 'There is no conflict any more.'
      : `${count} in conflict. Nothing was changed. Choose for each whose state is to be taken.`,
  );
  applyButton = makeButton(title, () => {
    if (choices.every(choice => choice !== undefined)) editor.postMessage({ kind: 'apply', choices });
  });
  applyButton.classList.add('primary');
  applyButton.disabled = tables.length > 0;
  const actions = [
    applyButton,
    makeButton('Compare', () => editor.postMessage({ kind: 'compare' })),
    makeButton('Reload', () => editor.postMessage({ kind: 'reload' })),
  ];
  content.replaceChildren(
    make('div', { class: 'actions', children: actions }),
    ...tables.map((table, index) => tablePart(table, index, preview)),
    ...(others.length === 0 ? [] : [otherNames(others)]),
  );
}

function tablePart({ name, reason }: ConflictTable, index: number, preview: Preview): HTMLElement {
  const place = make('div', { class: 'details', text: 'Reading …' });
  places.set(index, place);
  const summary = make('summary', {
    children: [make('strong', { text: name }), make('span', { class: 'quiet', text: ` ${reason}` })],
  });
  const opened = make('details', { children: [summary, place] });
  let isAsked = false;
  opened.addEventListener('toggle', () => {
    if (!opened.open || isAsked) return;
    isAsked = true;
    editor.postMessage({ kind: 'sides', index });
  });
  // With few tables there is nothing to look for: all of it is shown at once.
  opened.open = preview.tables.length <= 3;
  return make('section', {
    class: 'item',
    attributes: { 'aria-label': name },
    children: [choice(name, index, preview), opened],
  });
}

function choice(name: string, index: number, { source, target }: Preview): HTMLElement {
  const option = (value: ConflictChoice, text: string): HTMLElement => {
    const input = make('input', { attributes: { type: 'radio', name: `choice ${index}`, value } });
    input.addEventListener('change', () => {
      choices[index] = value;
      if (applyButton !== undefined) applyButton.disabled = choices.some(made => made === undefined);
    });
    return make('label', { children: [input, ` ${text}`] });
  };
  return make('fieldset', {
    children: [
      make('legend', { text: `${name}:` }),
      option('target', `keep that of ${target}`),
      option('source', `take that of ${source}`),
    ],
  });
}

function drawSides({ index, source, target }: Extract<ConflictMessage, { kind: 'sides' }>): void {
  const side = (title: string, groups: readonly CompareGroup[]): HTMLElement =>
    make('div', { children: [make('h2', { text: title }), ...groupList(groups)] });
  places.get(index)?.replaceChildren(
    make('div', {
      class: 'sides',
      children: [
        side('The branch that receives, since they parted', target),
        side('What comes, since they parted', source),
      ],
    }),
  );
}

function otherNames(names: readonly string[]): HTMLElement {
  const list = make('ul', { children: names.slice(0, 1000).map(name => make('li', { text: name })) });
  return make('section', {
    attributes: { 'aria-label': 'Without a conflict' },
    children: [make('h2', { text: `Without a conflict (${names.length.toLocaleString('en-US')})` }), list],
  });
}
