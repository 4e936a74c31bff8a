/** What a character may do in Trino's lexical grammar; several bits may be set. */
export const LETTER = 1;
export const DIGIT = 2;
export const UNDERSCORE = 4;
export const WHITESPACE = 8;
export const HEX_DIGIT = 16;
/** Letters, digits and "_": what continues a word. */
export const WORD_PART = LETTER | DIGIT | UNDERSCORE;

const classes = buildClasses();

/** The class bits of a UTF-16 unit; 0 for everything outside ASCII. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : 0;
}

/** Whether an unquoted run of non-ASCII units looks like a part of a name: letters yes, spaces and punctuation no. */
export function isForeignLetter(code: number): boolean {
  return (
    code >= 0xaa && (FOREIGN_LETTER.test(String.fromCharCode(code)) || (code >= 0xd800 && code <= 0xdfff))
  );
}

const FOREIGN_LETTER = /[\p{L}\p{N}\p{M}]/u;

function buildClasses(): Uint8Array {
  const table = new Uint8Array(128);
  const mark = (from: string, to: string, bits: number): void => {
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++)
      table[code] = (table[code] ?? 0) | bits;
  };
  mark('a', 'z', LETTER);
  mark('A', 'Z', LETTER);
  mark('0', '9', DIGIT | HEX_DIGIT);
  mark('a', 'f', HEX_DIGIT);
  mark('A', 'F', HEX_DIGIT);
  mark('_', '_', UNDERSCORE);
  for (const space of ' \t\r\n') mark(space, space, WHITESPACE);
  return table;
}
