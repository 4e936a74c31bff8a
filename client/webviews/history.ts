import type {
  HistoryAction,
  HistoryCommit,
  HistoryMessage,
  HistoryRequest,
} from '../catalog/history-messages.ts';
import { byId, make, makeButton } from './dom.ts';
import { connectEditor } from './editor-api.ts';
import { createVirtualList } from './virtual-list.ts';

/** history.css says the same. */
const ROW_HEIGHT_PX = 56;
/** More commits are asked for when so few are left below what is drawn. */
const AHEAD_ROWS = 50;

let commits: HistoryCommit[] = [];
let isComplete = false;
let canReset = false;
let askedAt = -1;

const title = make('h1', { text: 'Commits' });
const status = make('p', { attributes: { role: 'status' } });
const scroller = make('div', {
  class: 'scroller',
  attributes: { tabindex: '0', role: 'region', 'aria-label': 'Commits, newest first' },
});
byId('page').append(make('header', { children: [title, status] }), scroller);
const list = createVirtualList({ scroller, rowHeight: ROW_HEIGHT_PX, drawRow, onDrawn: askAhead });
const editor = connectEditor<HistoryRequest, HistoryMessage>(show);

function show(message: HistoryMessage): void {
  switch (message.kind) {
    case 'restart':
      commits = [];
      isComplete = false;
      askedAt = -1;
      list.setLength(0);
      say('Reading …');
      break;
    case 'reference':
      title.textContent = `Commits of the ${message.type} ${message.name}`;
      canReset = message.canReset;
      break;
    case 'commits':
      for (const commit of message.commits) commits.push(commit);
      isComplete = message.isComplete;
      sayCount();
      list.grow(commits.length);
      break;
    case 'newer': {
      commits = [...message.commits, ...commits];
      // What somebody looks at stays where it is; at the top the new ones come into view.
      const { scrollTop } = scroller;
      sayCount();
      list.setLength(commits.length);
      if (scrollTop > 0) scroller.scrollTop = scrollTop + message.commits.length * ROW_HEIGHT_PX;
      break;
    }
    case 'failed':
      say(message.reason, true);
      break;
  }
}

function say(text: string, isFailure = false): void {
  status.textContent = text;
  status.classList.toggle('failed', isFailure);
}

function sayCount(): void {
  say(`${commits.length.toLocaleString('en-US')}${isComplete ? '' : '+'} commits`);
}

function askAhead(lastIndex: number): void {
  if (isComplete || commits.length === 0 || askedAt === commits.length) return;
  if (lastIndex + AHEAD_ROWS < commits.length) return;
  askedAt = commits.length;
  editor.postMessage({ kind: 'more' });
}

function drawRow(index: number): HTMLElement {
  const commit = commits[index];
  if (commit === undefined) return make('li');
  const [subject = '', ...rest] = commit.message.split('\n');
  const meta = [commit.hash.slice(0, 12), commit.author, formatTime(commit.time)].filter(text => text !== '');
  return make('li', {
    class: 'commit',
    title: rest.join('\n').trim(),
    children: [
      make('div', {
        class: 'words',
        children: [
          make('span', { class: 'subject', text: subject === '' ? '(no message)' : subject }),
          make('span', { class: 'meta', text: meta.join(' · ') }),
        ],
      }),
      changes(commit),
      actions(commit),
    ],
  });
}

const SHOWN_CHANGES = 3;

function changes({ changes: all }: HistoryCommit): HTMLElement {
  const chips = all.slice(0, SHOWN_CHANGES).map(({ kind, key }) =>
    make('span', {
      class: `chip ${kind}`,
      text: kind === 'put' ? key : `− ${key}`,
      title: kind === 'put' ? `${key} was made or changed` : `${key} was dropped`,
    }),
  );
  const more = all.length - chips.length;
  const names = all.map(({ key }) => key).join('\n');
  if (more > 0) chips.push(make('span', { class: 'chip', text: `+${more}`, title: names.slice(0, 2000) }));
  return make('div', { class: 'chips', children: chips });
}

function actions({ hash }: HistoryCommit): HTMLElement {
  const button = (text: string, action: HistoryAction, label: string): HTMLButtonElement =>
    makeButton(
      text,
      () => editor.postMessage({ kind: 'action', action, hash }),
      `${label} ${hash.slice(0, 12)}`,
    );
  const buttons = [
    button('Query', 'open', 'Query the whole catalog as it was at'),
    button('Branch', 'branch', 'New branch at'),
    button('Tag', 'tag', 'New tag at'),
    button('Transplant', 'transplant', 'Transplant onto another branch the commit'),
    ...(canReset ? [button('Reset', 'reset', 'Reset the branch to')] : []),
    button('Copy', 'copy', 'Copy the hash of'),
  ];
  return make('div', { class: 'actions', children: buttons });
}

const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function formatTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : times.format(time);
}
