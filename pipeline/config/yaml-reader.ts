import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { ConfigFault } from '../config.ts';

/** A YAML text being read: collects faults with their places instead of stopping at the first. */
export interface YamlReader {
  readonly root: Node | null;
  readonly faults: ConfigFault[];
  /** Notes what is wrong at a node; without a node, at the beginning. */
  fault(node: Node | null | undefined, message: string): void;
  /** Notes what is wrong at a character of the text of a scalar. */
  faultWithin(node: Node | null | undefined, at: number, message: string): void;
}

export function openYaml(text: string): YamlReader {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults: ConfigFault[] = [];
  const add = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    faults.push({ line: Math.max(1, line), column: Math.max(1, col), message });
  };
  for (const error of document.errors) add(error.pos[0], firstSentence(error.message));
  return {
    root: document.contents,
    faults,
    fault: (node, message) => add(node?.range?.[0] ?? 0, message),
    faultWithin: (node, at, message) => add(placeWithin(node, at), message),
  };
}

/** Where a character of a scalar's text stands in the file, as far as the text stands there as it is. */
function placeWithin(node: Node | null | undefined, at: number): number {
  const start = node?.range?.[0] ?? 0;
  if (!isScalar(node) || typeof node.value !== 'string') return start;
  const { type, source = '' } = node as { readonly type?: string; readonly source?: string };
  if (type === 'PLAIN') return source === node.value ? start + at : start;
  const isQuoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
  // A text over several lines, or with escapes, has its characters elsewhere.
  return isQuoted && source === node.value ? start + 1 + at : start;
}

/** The members of a mapping by name. Reports members that nobody knows and a node that is no mapping. */
export function readMapping(
  reader: YamlReader,
  node: Node | null | undefined,
  known: readonly string[],
  what: string,
): ReadonlyMap<string, Node | null> {
  const members = new Map<string, Node | null>();
  if (!isMap(node)) {
    reader.fault(node, `${what} must be a mapping with ${list(known)}.`);
    return members;
  }
  for (const { key, value } of pairs(node)) {
    const name = textOf(key);
    if (name !== undefined && known.includes(name)) members.set(name, value);
    else
      reader.fault(key, `${what} has no setting ${JSON.stringify(name ?? '?')}; known are ${list(known)}.`);
  }
  return members;
}

/** The pairs of a mapping in the order of the text. */
export function pairs(map: YAMLMap): { readonly key: Node | null; readonly value: Node | null }[] {
  return (map.items as Pair<Node | null, Node | null>[]).map(({ key, value }) => ({ key, value }));
}

export function items(node: Node | null | undefined): readonly (Node | null)[] | undefined {
  return isSeq(node) ? (node.items as (Node | null)[]) : undefined;
}

/** The text of a scalar as it is meant: numbers and booleans in their YAML spelling. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return typeof node.value === 'number' || typeof node.value === 'boolean' ? String(node.value) : undefined;
}

export function readText(
  reader: YamlReader,
  node: Node | null | undefined,
  what: string,
): string | undefined {
  const text = textOf(node);
  if (text !== undefined && text.trim() !== '') return text;
  reader.fault(node, `${what} must be a text.`);
  return undefined;
}

export function readChoice<T extends string>(
  reader: YamlReader,
  node: Node | null | undefined,
  choices: readonly T[],
  what: string,
): T | undefined {
  const text = textOf(node);
  const choice = choices.find(candidate => candidate === text);
  if (choice === undefined) reader.fault(node, `${what} must be ${choices.join(' or ')}.`);
  return choice;
}

/** A whole number with an optional unit, e.g. `10s`, `256MB`. Answers it in the unit whose factor is 1. */
export function readQuantity(
  reader: YamlReader,
  node: Node | null | undefined,
  units: Readonly<Record<string, number>>,
  what: string,
): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec((textOf(node) ?? '').replaceAll('_', ''));
  const factor = match === null ? undefined : units[match[2] ?? ''];
  const value = factor === undefined ? NaN : Math.round(Number(match?.[1]) * factor);
  if (Number.isSafeInteger(value) && value > 0) return value;
  const named = Object.keys(units).filter(unit => unit !== '');
  const form =
    named.length === 0 ? 'a whole number above 0' : `a number above 0 with one of ${named.join(', ')}`;
  reader.fault(node, `${what} must be ${form}.`);
  return undefined;
}

function list(names: readonly string[]): string {
  return names.join(', ');
}

function firstSentence(message: string): string {
  return `The YAML cannot be read: ${message.split('\n')[0] ?? message}`;
}

/** Units of {@link readQuantity}, in milliseconds and in bytes. */
export const TIME_UNITS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
export const BYTE_UNITS = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
