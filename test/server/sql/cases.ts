import { readFileSync } from 'node:fs';
import path from 'node:path';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/sql');
const NEWER = '# newer\n';

export interface AcceptedCase {
  readonly sql: string;
  /** Whether the Trino that the services tests run against does not know it yet. */
  readonly isNewer: boolean;
}

/** A statement of every kind, with every clause. */
export function acceptedCases(): AcceptedCase[] {
  return readBlocks('accepted.txt').map(block => {
    const isNewer = block.startsWith(NEWER);
    return { sql: isNewer ? block.slice(NEWER.length) : block, isNewer };
  });
}

/** Texts that are no statement. */
export function rejectedCases(): string[] {
  return readBlocks('rejected.txt');
}

/** The blocks between empty lines, without the first one, which says what the file is. */
function readBlocks(file: string): string[] {
  const text = readFileSync(path.join(FIXTURES, file), 'utf8').replaceAll('\r\n', '\n');
  return text.trimEnd().split(/\n\n+/).slice(1);
}
