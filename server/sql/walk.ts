import type { NodeBase, TableReference } from './ast.ts';

/** The nodes directly below a node, in the order of its fields. */
export function childrenOf(node: NodeBase): NodeBase[] {
  const children: NodeBase[] = [];
  for (const value of Object.values(node)) collect(value, children);
  return children;
}

/** Adds the node that a field holds, or those in its array, or those in a plain record such as a pattern's clauses. */
function collect(value: unknown, into: NodeBase[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isNode(value)) into.push(value);
  else for (const inner of Object.values(value)) collect(inner, into);
}

function isNode(value: object): value is NodeBase {
  return 'kind' in value && 'start' in value && 'end' in value;
}

/** Visits a node and everything below it, parents first; needs no stack however deep the tree is. */
export function walk(root: NodeBase, visit: (node: NodeBase) => void): void {
  const waiting: NodeBase[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node);
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) waiting.push(child);
    }
  }
}

/** Every table that a FROM, JOIN, USING of MERGE or table argument names, in the order of the text. */
export function relationsOf(root: NodeBase): TableReference[] {
  const relations: TableReference[] = [];
  walk(root, node => {
    if (isTableReference(node)) relations.push(node);
  });
  return relations;
}

function isTableReference(node: NodeBase): node is TableReference {
  return node.kind === 'TableReference';
}
