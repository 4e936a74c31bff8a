import type { NodeBase } from './ast.ts';
import { walk } from './walk.ts';
import { NEWER_CONSTRUCTS, type NewerConstruct } from './newer-constructs.ts';

/** A construct that the connected server is too old for. Offsets count from the statement's beginning. */
export interface VersionHint {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** The first release of Trino that has it. */
  readonly since: number;
}

const rulesByKind = groupByKind();

/**
 * What a statement uses that a server of this release does not know yet. It is no error: the statement is right, and
 * another server may run it.
 * @param release the number of the release, such as 476
 */
export function newerThan(statement: NodeBase, text: string, release: number): VersionHint[] {
  const hints: VersionHint[] = [];
  walk(statement, node => {
    for (const rule of rulesByKind.get(node.kind) ?? []) {
      if (rule.since <= release || !rule.applies(node, text)) continue;
      const message = `${rule.name} needs Trino ${rule.since}; the server is ${release}.`;
      hints.push({ start: node.start, end: node.end, message, since: rule.since });
    }
  });
  return hints.sort((a, b) => a.start - b.start);
}

function groupByKind(): ReadonlyMap<string, readonly NewerConstruct[]> {
  const rules = new Map<string, NewerConstruct[]>();
  for (const rule of NEWER_CONSTRUCTS) rules.set(rule.kind, [...(rules.get(rule.kind) ?? []), rule]);
  return rules;
}
