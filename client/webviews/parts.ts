import type { CompareGroup } from '../catalog/compare-messages.ts';
import { make } from './dom.ts';

/** A part of a page with its heading. */
export function section(title: string, ...children: Node[]): HTMLElement {
  return make('section', {
    attributes: { 'aria-label': title },
    children: [make('h2', { text: title }), ...children],
  });
}

/** A value of more characters has a line of its own. */
const LONG_VALUE = 40;

/** Names and values beside each other. */
export function factList(facts: readonly (readonly [label: string, value: string])[]): HTMLElement {
  const rows = facts.map(([label, value]) =>
    make('div', {
      class: value.length > LONG_VALUE ? 'long' : '',
      children: [make('dt', { text: label }), make('dd', { text: value })],
    }),
  );
  return make('dl', { class: 'facts', children: rows });
}

/**
 * A table that scrolls sideways on its own when it is wide. A head that begins with `#` is one of numbers, which stand at
 * the right; an empty one is of a column that needs no name.
 */
export function dataTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
): HTMLElement {
  const isNumeric = heads.map(head => head.startsWith('#'));
  const headRow = heads.map((head, index) =>
    head === ''
      ? make('td')
      : make('th', {
          text: head.replace(/^#/, ''),
          class: isNumeric[index] === true ? 'number' : '',
          attributes: { scope: 'col' },
        }),
  );
  const bodyRows = rows.map(cells =>
    make('tr', {
      children: cells.map((cell, index) =>
        make('td', { class: isNumeric[index] === true ? 'number' : '', children: [cell] }),
      ),
    }),
  );
  const table = make('table', {
    attributes: { 'aria-label': caption },
    children: [
      make('thead', { children: [make('tr', { children: headRow })] }),
      make('tbody', { children: bodyRows }),
    ],
  });
  return make('div', {
    class: 'wide',
    attributes: { tabindex: '0', role: 'group', 'aria-label': caption },
    children: [table],
  });
}

/** What differs, as titles with lines below them. */
export function groupList(groups: readonly CompareGroup[]): HTMLElement[] {
  return groups.map(({ title, lines }) =>
    make('div', {
      children: [
        make('h3', { text: title }),
        make('ul', { children: lines.map(line => make('li', { text: line })) }),
      ],
    }),
  );
}

/** The line in which a page says what it does and what went wrong; screen readers hear it. Hidden while there is nothing to say. */
export interface StatusLine {
  readonly line: HTMLElement;
  readonly say: (text: string, isFailure?: boolean) => void;
}

export function statusLine(first: string): StatusLine {
  const line = make('p', { class: 'quiet', text: first, attributes: { role: 'status' } });
  return {
    line,
    say: (text, isFailure = false) => {
      line.textContent = text;
      line.hidden = text === '';
      line.className = isFailure ? 'failed' : 'quiet';
    },
  };
}
