/**
 * An answer of Trino with its rows cut out, before anything of it is parsed. The envelope has `[]` in their place. Trino
 * writes `data` in front of `stats`. Neither mark can stand inside of a JSON text, where quotes have backslashes before
 * them; and the last `stats` of an answer is its own, whatever keys the maps of its rows have.
 */
export function cutRows(answer: Buffer): { readonly envelope: string; readonly data?: Buffer } {
  const start = answer.indexOf(BEFORE_ROWS);
  const end = start < 0 ? -1 : answer.lastIndexOf(BEHIND_ROWS);
  const from = start + BEFORE_ROWS.length - 1;
  if (end < from) return { envelope: answer.toString('utf8') };
  const envelope = `${answer.toString('utf8', 0, from)}[]${answer.toString('utf8', end + 1)}`;
  return { envelope, data: answer.subarray(from, end + 1) };
}

const BEFORE_ROWS = '"data":[';
const BEHIND_ROWS = '],"stats":{';
