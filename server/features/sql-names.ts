import { isReservedWord } from '../sql/index.ts';

/** A name that needs no quotes when it is no reserved word: Trino reads it in any case. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A name as a person would write it: in quotes only where SQL asks for them. The server imports no code from catalog/, so
 * quotes are written here too; a test holds both to the same spelling.
 */
export function spellName(name: string): string {
  return PLAIN_NAME.test(name) && !isReservedWord(name) ? name : quoteName(name);
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'text'`, with quotes inside doubled. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
