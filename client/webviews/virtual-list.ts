/** A long list of which only the part in view is drawn. All rows have the same height. */
export interface VirtualList {
  /** How many rows there are now; what is in view is drawn anew. */
  setLength(length: number): void;
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
  let drawn = '';
  const draw = (): void => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - MARGIN_ROWS);
    const last = Math.min(
      length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + MARGIN_ROWS,
    );
    const wanted = `${first}-${last}-${length}`;
    if (wanted === drawn) return;
    drawn = wanted;
    body.style.height = `${length * rowHeight}px`;
    const rows = [];
    for (let index = first; index < last; index++) {
      const row = drawRow(index);
      row.style.top = `${index * rowHeight}px`;
      row.setAttribute('aria-posinset', `${index + 1}`);
      row.setAttribute('aria-setsize', `${length}`);
      rows.push(row);
    }
    body.replaceChildren(...rows);
    onDrawn(last - 1);
  };
  scroller.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });
  new ResizeObserver(draw).observe(scroller);
  return {
    setLength: next => {
      length = next;
      drawn = '';
      draw();
    },
  };
}
