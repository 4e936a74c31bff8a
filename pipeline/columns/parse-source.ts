import type { ColumnSource, PathStep } from './column-rule.ts';

/** A source, or what is wrong with its text and at which character of it. */
export type ParsedSource =
  { readonly source: ColumnSource } | { readonly fault: string; readonly at: number };

const STEP = /\.([^\s.[\]"'(),]+)|\[\s*(?:(\d{1,9})|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\]/uy;
const KAFKA_NAMES = ['topic', 'partition', 'offset', 'timestamp', 'key', 'headers'] as const;

/**
 * Reads where a column comes from: `$.customer.city`, `$["a b"]`, `$.items[0]`, or `kafka.` and topic, partition, offset,
 * timestamp, key, headers, or one header: `kafka.headers.trace-id`.
 */
export function parseSource(text: string): ParsedSource {
  if (text.startsWith('$')) return parsePath(text);
  if (text.startsWith('kafka.')) return parseKafka(text);
  const example = /^[^\s.[\]"'(),]+$/u.test(text) ? `$.${text}` : '$.city';
  return {
    fault: `A column comes from the record, e.g. ${example}, or from Kafka, e.g. kafka.offset; this is ${JSON.stringify(text)}.`,
    at: 0,
  };
}

function parsePath(text: string): ParsedSource {
  const read = readSteps(text, 1);
  if ('fault' in read) return read;
  const { steps } = read;
  if (typeof steps[0] === 'string') return { source: { kind: 'path', steps } };
  return { fault: 'A path begins with the name of a member, e.g. $.customer.', at: 0 };
}

function parseKafka(text: string): ParsedSource {
  const rest = text.slice('kafka.'.length);
  const plain = KAFKA_NAMES.find(name => name === rest);
  if (plain !== undefined) return { source: { kind: plain } };
  if (/^headers[.[]/.test(rest)) {
    const read = readSteps(text, 'kafka.headers'.length);
    if ('fault' in read) return read;
    const [name, more] = read.steps;
    if (typeof name === 'string' && more === undefined) return { source: { kind: 'header', name } };
    return {
      fault: 'A header has a name and nothing behind it; a name with dots is quoted: kafka.headers["a.b"].',
      at: 0,
    };
  }
  return {
    fault: `Kafka has no ${JSON.stringify(rest)}; it has ${KAFKA_NAMES.join(', ')} and headers.<name>.`,
    at: 'kafka.'.length,
  };
}

function readSteps(
  text: string,
  from: number,
): { readonly steps: readonly PathStep[] } | { readonly fault: string; readonly at: number } {
  const steps: PathStep[] = [];
  let position = from;
  while (position < text.length) {
    STEP.lastIndex = position;
    const match = STEP.exec(text);
    if (match === null)
      return {
        fault: 'A path goes on with .name, ["any name"] or [0].',
        at: position,
      };
    const [whole, name, index, double, single] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? unescape(double ?? single ?? ''));
    position += whole.length;
  }
  return { steps };
}

function unescape(quoted: string): string {
  return quoted.replaceAll(/\\(.)/gu, '$1');
}
