import type { NodeBase, Span } from '../sql/index.ts';

/** The nodes directly below a node, in the order of their members. */
export function childNodes(node: NodeBase): NodeBase[] {
  const children: NodeBase[] = [];
  for (const value of Object.values(node) as unknown[]) collect(value, children);
  return children;
}

function collect(value: unknown, into: NodeBase[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (isNode(value)) into.push(value);
  else for (const inner of Object.values(value) as unknown[]) collect(inner, into);
}

function isNode(value: object): value is NodeBase {
  return 'kind' in value && 'start' in value && typeof value.kind === 'string';
}

/** Calls back for a node and everything below it; a visitor that answers false skips what is below. */
export function walkTree(node: NodeBase, visit: (node: NodeBase) => boolean | undefined): void {
  if (visit(node) === false) return;
  for (const child of childNodes(node)) walkTree(child, visit);
}

/** The nodes around an offset, the outermost first. An offset right behind a node still belongs to it. */
export function nodesAt(root: NodeBase, offset: number): NodeBase[] {
  const path: NodeBase[] = [];
  let node: NodeBase | undefined = root;
  while (node !== undefined) {
    path.push(node);
    const inside: NodeBase[] = childNodes(node).filter(child => holds(child, offset));
    // Of two that touch at the offset the later one is the one the caret stands in front of.
    node = inside.find(child => child.end > offset) ?? inside.at(-1);
  }
  return path;
}

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
