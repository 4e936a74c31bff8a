import { isMap, type Node } from 'yaml';
import type { DriftPolicy } from '../config.ts';
import { readChoice, readMapping, readQuantity, type YamlReader } from './yaml-reader.ts';

export const DEFAULT_DRIFT: DriftPolicy = { action: 'ignore', maxColumns: 1_000 };

/** `drift: add`, or `drift: { action: add, maxColumns: 200 }`. */
export function readDrift(reader: YamlReader, node: Node | null | undefined): DriftPolicy {
  const actions = ['add', 'ignore', 'deadLetter'] as const;
  if (!isMap(node)) {
    const action = readChoice(reader, node, actions, 'drift');
    return { ...DEFAULT_DRIFT, ...(action === undefined ? {} : { action }) };
  }
  const members = readMapping(reader, node, ['action', 'maxColumns'], 'drift');
  const action = readChoice(reader, members.get('action'), actions, 'drift.action');
  const maxColumns = members.has('maxColumns')
    ? readQuantity(reader, members.get('maxColumns'), { '': 1 }, 'drift.maxColumns')
    : undefined;
  return {
    action: action ?? DEFAULT_DRIFT.action,
    maxColumns: maxColumns ?? DEFAULT_DRIFT.maxColumns,
  };
}
