import type { Span } from '../span.ts';

/** A line that begins a notebook's cell. */
const CELL_MARKER = /^[ \t]*--[ \t]*%%(?:[ \t].*)?$/gm;

/**
 * The stretches of a script that hold its statements: the whole text, or what stands between the lines that begin
 * cells. The statement that ends a cell needs no semicolon, so cells are laid out one by one.
 */
export function sectionsOf(text: string): Span[] {
  if (!text.includes('%%')) return [{ start: 0, end: text.length }];
  const sections: Span[] = [];
  let start = 0;
  for (const marker of text.matchAll(CELL_MARKER)) {
    sections.push({ start, end: marker.index });
    start = marker.index + marker[0].replace(/\r$/, '').length;
  }
  sections.push({ start, end: text.length });
  return sections;
}
