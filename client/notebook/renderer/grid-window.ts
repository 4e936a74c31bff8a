import type { ShownColumn } from './column-layout.ts';
import type { Selection } from './selection.ts';

export const ROW_HEIGHT = 24;
export const HEADER_HEIGHT = 42;
/** The column of row numbers. */
export const GUTTER_WIDTH = 56;

/** The part of a grid that is seen at the moment, in pixels of content. */
export interface GridWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly columns: readonly ShownColumn[];
  readonly selection: Selection;
  /** The id of the grid, for the ids of its cells. */
  readonly id: string;
}

/** Where a column's left edge is drawn. */
export function leftOf(column: ShownColumn, window: GridWindow): number {
  return GUTTER_WIDTH + column.x - (column.isFrozen ? 0 : window.left);
}

/** Exactly `count` children of `parent`, made and removed as needed, so that scrolling reuses elements. */
export function pool<T extends HTMLElement>(parent: HTMLElement, count: number, create: () => T): T[] {
  while (parent.childElementCount > count) parent.lastElementChild?.remove();
  while (parent.childElementCount < count) parent.append(create());
  return [...parent.children] as T[];
}

/** Sets an attribute only when it changes: most of a scrolled grid stays as it was. */
export function setAttribute(node: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
