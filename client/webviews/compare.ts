import type { CompareChange, CompareMessage, CompareRequest } from '../catalog/compare-messages.ts';
import { byId, make, makeButton } from './dom.ts';
import { connectEditor } from './editor-api.ts';
import { groupList, statusLine } from './parts.ts';

const KINDS = [
  ['added', 'Added'],
  ['dropped', 'Dropped'],
  ['changed', 'Changed'],
] as const;

const { line: status, say } = statusLine('Reading …');
const content = make('div');
const heading = make('h1');
byId('page').append(heading, status, content);
const places = new Map<number, HTMLElement>();
const editor = connectEditor<CompareRequest, CompareMessage>(show);

function show(message: CompareMessage): void {
  switch (message.kind) {
    case 'loading':
      say('Reading …');
      break;
    case 'changes':
      draw(message);
      break;
    case 'details':
      places.get(message.index)?.replaceChildren(...groupList(message.groups), rowsButton(message.index));
      break;
    case 'failed':
      say(message.reason, true);
      break;
  }
}

function draw({ from, to, canMerge, changes }: Extract<CompareMessage, { kind: 'changes' }>): void {
  places.clear();
  say(
    changes.length === 0
      ? `${to} has the same tables as ${from}.`
      : `What ${to} has more or less than ${from}.`,
  );
  const merge = makeButton(`Merge ${to} into ${from}`, () => editor.postMessage({ kind: 'merge' }));
  merge.classList.add('primary');
  const buttons = [
    ...(canMerge ? [merge] : []),
    makeButton('Swap Sides', () => editor.postMessage({ kind: 'swap' })),
    makeButton('Reload', () => editor.postMessage({ kind: 'reload' })),
  ];
  const numbered = changes.map((change, index) => ({ change, index }));
  const sections = KINDS.flatMap(([kind, title]) => {
    const members = numbered.filter(({ change }) => change.kind === kind);
    if (members.length === 0) return [];
    const words = make('h2', { text: `${title} (${members.length.toLocaleString('en-US')})` });
    const items = members.map(({ change, index }) => item(change, index));
    return [make('section', { attributes: { 'aria-label': title }, children: [words, ...items] })];
  });
  heading.textContent = `${from} ↔ ${to}`;
  content.replaceChildren(make('div', { class: 'actions', children: buttons }), ...sections);
}

function item(change: CompareChange, index: number): HTMLElement {
  const words = [
    make('span', {
      class: `sign ${change.kind}`,
      text: { added: '+', dropped: '−', changed: '~' }[change.kind],
    }),
    make('strong', { text: change.name }),
    make('span', { class: 'quiet', text: ` ${change.content}` }),
  ];
  if (!change.hasDetails) return make('div', { class: 'item', children: words });
  const place = make('div', { class: 'details', text: 'Reading …' });
  places.set(index, place);
  const opened = make('details', { class: 'item', children: [make('summary', { children: words }), place] });
  let isAsked = false;
  opened.addEventListener('toggle', () => {
    if (!opened.open || isAsked) return;
    isAsked = true;
    editor.postMessage({ kind: 'details', index });
  });
  return opened;
}

function rowsButton(index: number): HTMLElement {
  return makeButton('Query Rows That Differ', () => editor.postMessage({ kind: 'rows', index }));
}
