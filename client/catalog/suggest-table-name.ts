import path from 'node:path';
import { isReservedWord } from '../../server/sql/words.ts';

/** A file's name as a table name that needs no quotes in SQL. */
export function suggestTableName(file: string): string {
  const words = path
    .parse(file)
    .name.toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (words === '') return 'table_1';
  if (!/^[a-z]/.test(words)) return `t_${words}`;
  return isReservedWord(words) ? `${words}_` : words;
}
