import { childrenOf, type NodeBase, type Span } from '../sql/index.ts';

/** Calls back for a node and everything below it; a visitor that answers false skips what is below. */
export function walkTree(node: NodeBase, visit: (node: NodeBase) => boolean | undefined): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walkTree(child, visit);
}

/** The nodes around an offset, the outermost first. An offset right behind a node still belongs to it. */
export function nodesAt(root: NodeBase, offset: number): NodeBase[] {
  const path: NodeBase[] = [];
  let node: NodeBase | undefined = root;
  while (node !== undefined) {
    path.push(node);
    const inside: NodeBase[] = childrenOf(node).filter(child => holds(child, offset));
    // Of two that touch at the offset the later one is the one the caret stands in front of.
    node = inside.find(child => child.end > offset) ?? inside.at(-1);
  }
  return path;
}

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
