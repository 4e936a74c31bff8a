import type { Doc } from './doc.ts';

export interface RenderOptions {
  readonly lineWidth: number;
  /** One level of indentation. */
  readonly indentText: string;
  /** What ends a line: `\n` or `\r\n`. */
  readonly newline: string;
}

/** A document still to be printed, at a depth, its own lines broken or not. */
interface Command {
  readonly depth: number;
  readonly isBroken: boolean;
  readonly doc: Doc;
}

const TAB_COLUMNS = 4;

/** Lays a document out within the line width. */
export function render(doc: Doc, options: RenderOptions): string {
  const printer = new Printer(options);
  printer.print(doc);
  return printer.text();
}

/** The text while it grows. A class because the position lives as long as the printing. */
class Printer {
  private readonly options: RenderOptions;
  private readonly pieces: string[] = [];
  private readonly commands: Command[] = [];
  private readonly indentWidth: number;
  private column = 0;
  private isLineBlank = true;
  private mustBreak = false;
  private pendingSpace = false;

  constructor(options: RenderOptions) {
    this.options = options;
    this.indentWidth = options.indentText === '\t' ? TAB_COLUMNS : options.indentText.length;
  }

  text(): string {
    return this.pieces.join('');
  }

  print(doc: Doc): void {
    this.commands.push({ depth: 0, isBroken: true, doc });
    for (let command = this.commands.pop(); command !== undefined; command = this.commands.pop()) {
      this.step(command);
    }
  }

  private step({ depth, isBroken, doc }: Command): void {
    if (typeof doc === 'string') {
      this.write(doc, depth);
      return;
    }
    switch (doc.kind) {
      case 'concat':
        for (let i = doc.parts.length - 1; i >= 0; i--) {
          const part = doc.parts[i];
          if (part !== undefined) this.commands.push({ depth, isBroken, doc: part });
        }
        return;
      case 'indent':
        this.commands.push({ depth: depth + 1, isBroken, doc: doc.content });
        return;
      case 'group':
        this.commands.push({
          depth,
          isBroken: doc.breaks || !this.fits(doc.content, depth),
          doc: doc.content,
        });
        return;
      case 'line':
        if (isBroken || doc.breaks) this.breakLine(depth);
        else if (doc.flat === ' ') this.pendingSpace = true;
        return;
      case 'comment-line':
        if (!this.isLineBlank) this.breakLine(depth);
        this.write(doc.text, depth);
        if (doc.isAlone) this.breakLine(depth);
        else this.pendingSpace = true;
        return;
      case 'line-end':
        this.mustBreak = true;
        return;
    }
  }

  private breakLine(depth: number): void {
    this.pendingSpace = false;
    this.mustBreak = false;
    this.pieces.push(this.options.newline, this.options.indentText.repeat(depth));
    this.column = depth * this.indentWidth;
    this.isLineBlank = true;
  }

  private write(text: string, depth: number): void {
    if (text === '') return;
    if (text === ' ') {
      this.pendingSpace = true;
      return;
    }
    if (this.mustBreak) this.breakLine(text === ';' ? depth : depth + 1);
    if (this.pendingSpace && !this.isLineBlank) {
      this.pieces.push(' ');
      this.column += 1;
    }
    this.pendingSpace = false;
    this.pieces.push(text);
    const newline = text.lastIndexOf('\n');
    this.column = newline < 0 ? this.column + text.length : text.length - newline - 1;
    this.isLineBlank = false;
  }

  /**
   * Whether the document, and what must follow it on the same line, stands in the rest of the line. Comments at the
   * line's end may reach beyond it.
   */
  private fits(doc: Doc, depth: number): boolean {
    let room = this.options.lineWidth - this.column - (this.pendingSpace ? 1 : 0);
    if (this.isLineBlank) room = this.options.lineWidth - depth * this.indentWidth;
    const rest: { doc: Doc; isBroken: boolean }[] = [{ doc, isBroken: false }];
    let next = this.commands.length - 1;
    let isAtStart = true;
    while (room >= 0) {
      let item: { doc: Doc; isBroken: boolean } | undefined = rest.pop();
      if (item === undefined) {
        item = this.commands[next--];
        if (item === undefined) return true;
      }
      const current = item.doc;
      if (typeof current === 'string') {
        const newline = current.indexOf('\n');
        if (newline >= 0) return newline <= room;
        if (!current.startsWith('--')) room -= current.length;
        isAtStart = false;
      } else if (current.kind === 'concat') {
        for (let i = current.parts.length - 1; i >= 0; i--) {
          const part = current.parts[i];
          if (part !== undefined) rest.push({ doc: part, isBroken: item.isBroken });
        }
      } else if (current.kind === 'indent') {
        rest.push({ doc: current.content, isBroken: item.isBroken });
      } else if (current.kind === 'group') {
        rest.push({ doc: current.content, isBroken: current.breaks || item.isBroken });
      } else if (current.kind === 'line') {
        if (item.isBroken || current.breaks) return true;
        room -= current.flat.length;
      } else {
        // A comment in front is printed on its own line, and the text after it begins a new one.
        if (current.kind === 'line-end' || !isAtStart)
          return next < this.commands.length - 1 || rest.length === 0;
        room = this.options.lineWidth - depth * this.indentWidth;
      }
    }
    return false;
  }
}
