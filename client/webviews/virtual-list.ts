/** A long list of which only the part in view is drawn. All rows have the same height. */
export interface VirtualList {
  /** How many rows there are now; what is in view is drawn anew. */
  setLength(length: number): void;
  /** There are more rows at the end; those that are drawn stay as they are. */
  grow(length: number): void;
}

export interface VirtualListInput {
  readonly scroller: HTMLElement;
  readonly rowHeight: number;
  readonly drawRow: (index: number) => HTMLElement;
  /** The last row drawn; called after every drawing, to fetch more near the end. */
  readonly onDrawn: (lastIndex: number) => void;
}

const MARGIN_ROWS = 10;

/** Makes `scroller` a virtual list. Browsers bound an element's height at some 30 million pixels: half a million rows fit. */
export function createVirtualList({ scroller, rowHeight, drawRow, onDrawn }: VirtualListInput): VirtualList {
  const body = document.createElement('ol');
  body.className = 'virtual';
  scroller.replaceChildren(body);
  let length = 0;
  let drawn = new Map<number, HTMLElement>();
  const draw = (): void => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - MARGIN_ROWS);
    const last = Math.min(
      length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + MARGIN_ROWS,
    );
    const rows = new Map<number, HTMLElement>();
    for (let index = first; index < last; index++) rows.set(index, drawn.get(index) ?? placeRow(index));
    for (const [index, row] of drawn) if (rows.get(index) !== row) row.remove();
    // New rows stand before or behind all that stay, so the order on the page is that of the list.
    let next: ChildNode | null = body.firstChild;
    for (const row of rows.values()) {
      if (row === next) next = row.nextSibling;
      else body.insertBefore(row, next);
    }
    drawn = rows;
    onDrawn(last - 1);
  };
  const placeRow = (index: number): HTMLElement => {
    const row = drawRow(index);
    row.style.top = `${index * rowHeight}px`;
    row.setAttribute('aria-posinset', `${index + 1}`);
    row.setAttribute('aria-setsize', `${length}`);
    return row;
  };
  const setHeight = (next: number): void => {
    length = next;
    body.style.height = `${length * rowHeight}px`;
  };
  scroller.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });
  new ResizeObserver(draw).observe(scroller);
  return {
    setLength: next => {
      setHeight(next);
      for (const row of drawn.values()) row.remove();
      drawn = new Map();
      draw();
    },
    grow: next => {
      setHeight(next);
      for (const row of drawn.values()) row.setAttribute('aria-setsize', `${length}`);
      draw();
    },
  };
}
