/** Places are rows of the view and positions among the shown columns. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle from `anchor` to `focus`; the focus is the active cell. */
export interface Selection {
  readonly anchor: Place;
  readonly focus: Place;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page key moves by. */
  readonly pageRows: number;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The rectangle of a selection, borders included. */
export function rectangleOf({ anchor, focus }: Selection): Rectangle {
  return {
    top: Math.min(anchor.row, focus.row),
    bottom: Math.max(anchor.row, focus.row),
    left: Math.min(anchor.column, focus.column),
    right: Math.max(anchor.column, focus.column),
  };
}

export interface Key {
  readonly key: string;
  readonly isShift: boolean;
  readonly isControl: boolean;
}

/** The selection after a key, or undefined when the key does not move it. Keys as in spreadsheets and the ARIA grid pattern. */
export function moveSelection(
  selection: Selection,
  { key, isShift, isControl }: Key,
  extent: Extent,
): Selection | undefined {
  if (isControl && key.toLowerCase() === 'a') {
    return { anchor: { row: 0, column: 0 }, focus: { row: extent.rows - 1, column: extent.columns - 1 } };
  }
  const target = targetOf(selection.focus, { key, isShift, isControl }, extent);
  if (target === undefined) return undefined;
  const focus = {
    row: Math.max(0, Math.min(extent.rows - 1, target.row)),
    column: Math.max(0, Math.min(extent.columns - 1, target.column)),
  };
  return { anchor: isShift ? selection.anchor : focus, focus };
}

function targetOf({ row, column }: Place, { key, isControl }: Key, extent: Extent): Place | undefined {
  const lastRow = extent.rows - 1;
  const lastColumn = extent.columns - 1;
  switch (key) {
    case 'ArrowUp':
      return { row: isControl ? 0 : row - 1, column };
    case 'ArrowDown':
      return { row: isControl ? lastRow : row + 1, column };
    case 'ArrowLeft':
      return { row, column: isControl ? 0 : column - 1 };
    case 'ArrowRight':
      return { row, column: isControl ? lastColumn : column + 1 };
    case 'Home':
      return { row: isControl ? 0 : row, column: 0 };
    case 'End':
      return { row: isControl ? lastRow : row, column: lastColumn };
    case 'PageUp':
      return { row: row - extent.pageRows, column };
    case 'PageDown':
      return { row: row + extent.pageRows, column };
    default:
      return undefined;
  }
}
