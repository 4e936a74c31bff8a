import type { HeadColumn } from '../messages.ts';
import { FILTER_OPERATORS, type FilterOperator, type FilterTerm } from '../results/view.ts';
import type { ColumnLayout } from './column-layout.ts';
import { button, element } from './element.ts';

type MenuItem = readonly [label: string, run: () => void];

export interface ColumnMenuActions {
  /** Undefined takes the column out of the sorting. */
  readonly sort: (isDescending: boolean | undefined) => void;
  readonly filter: () => void;
  readonly clearFilter: () => void;
  readonly setLayout: (layout: ColumnLayout) => void;
  readonly statistics: () => void;
  readonly copyInList: () => void;
}

/** What can be done with one column. */
export function columnMenuItems(
  {
    column,
    layout,
    hasFilter,
  }: { readonly column: number; readonly layout: ColumnLayout; readonly hasFilter: boolean },
  actions: ColumnMenuActions,
): MenuItem[] {
  const isFrozen = layout.frozen.includes(column);
  const others = layout.frozen.filter(each => each !== column);
  return [
    [
      'Sort ascending',
      () => {
        actions.sort(false);
      },
    ],
    [
      'Sort descending',
      () => {
        actions.sort(true);
      },
    ],
    [
      'Do not sort',
      () => {
        actions.sort(undefined);
      },
    ],
    ['Filter …', actions.filter],
    ...(hasFilter ? [['Clear the filter', actions.clearFilter] as const] : []),
    [
      isFrozen ? 'Unfreeze' : 'Freeze',
      () => {
        actions.setLayout({ ...layout, frozen: isFrozen ? others : [...others, column] });
      },
    ],
    [
      'Hide',
      () => {
        actions.setLayout({ ...layout, frozen: others, hidden: new Set([...layout.hidden, column]) });
      },
    ],
    ['Statistics', actions.statistics],
    ['Copy the column as IN list', actions.copyInList],
  ];
}

/** A form for one filter; `apply` gets undefined when it is taken away. */
export function createFilterForm(
  name: string,
  current: FilterTerm | undefined,
  apply: (term: Omit<FilterTerm, 'column'> | undefined) => void,
): HTMLElement {
  const operator = element('select', { 'aria-label': 'Comparison' });
  for (const each of FILTER_OPERATORS)
    operator.append(
      element('option', { value: each, selected: each === (current?.operator ?? 'contains') }, each),
    );
  const value = element('input', { type: 'text', value: current?.value ?? '', 'aria-label': 'Value' });
  const form = element(
    'form',
    { class: 'filter', 'aria-label': `Filter ${name}` },
    element('strong', {}, name),
    operator,
    value,
    element('button', { type: 'submit' }, 'Filter'),
    button('Clear', () => {
      apply(undefined);
    }),
  );
  form.addEventListener('submit', event => {
    event.preventDefault();
    apply({ operator: operator.value as FilterOperator, value: value.value });
  });
  return form;
}

const MAX_LISTED = 500;

/** A list of all columns in which each can be shown or hidden, with a box that narrows it by name. */
export function createColumnList(
  columns: readonly HeadColumn[],
  layout: ColumnLayout,
  setLayout: (layout: ColumnLayout) => void,
): HTMLElement {
  let hidden = new Set(layout.hidden);
  const list = element('div', { class: 'column-list', role: 'group', 'aria-label': 'Shown columns' });
  const search = element('input', {
    type: 'search',
    placeholder: 'Find a column',
    'aria-label': 'Find a column',
  });
  const change = (next: Set<number>): void => {
    hidden = next;
    setLayout({ ...layout, hidden, frozen: layout.frozen.filter(column => !hidden.has(column)) });
  };
  const draw = (): void => {
    const wanted = search.value.toLowerCase();
    const found = columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => column.name.toLowerCase().includes(wanted));
    list.replaceChildren(
      ...found.slice(0, MAX_LISTED).map(({ column, index }) => {
        const box = element('input', { type: 'checkbox', checked: !hidden.has(index) });
        box.addEventListener('change', () => {
          const next = new Set(hidden);
          if (box.checked) next.delete(index);
          else next.add(index);
          change(next);
        });
        return element('label', {}, box, column.name, element('span', { class: 'type' }, column.type));
      }),
    );
  };
  search.addEventListener('input', draw);
  draw();
  const all = button('Show all', () => {
    change(new Set());
    draw();
  });
  return element('div', { class: 'columns' }, element('div', { class: 'viewer-bar' }, search, all), list);
}
