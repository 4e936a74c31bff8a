import type { NamespaceNode } from '../../catalog/tree.ts';

/** In which order the children of a namespace are shown. */
export type TreeOrder = 'name' | 'reversed' | 'numeric' | 'largest';

export const TREE_ORDERS: readonly { readonly order: TreeOrder; readonly label: string }[] = [
  { order: 'name', label: 'By Name' },
  { order: 'numeric', label: 'By Name, Numbers by Their Value' },
  { order: 'reversed', label: 'By Name, Last First' },
  { order: 'largest', label: 'Namespaces with Most Tables First' },
];

/** A namespace with its children in another order; itself where they are in that order already. */
export function inOrder(node: NamespaceNode, order: TreeOrder): NamespaceNode {
  switch (order) {
    case 'name':
      return node;
    case 'reversed':
      return { ...node, namespaces: node.namespaces.toReversed(), leaves: node.leaves.toReversed() };
    case 'numeric':
      return {
        ...node,
        namespaces: node.namespaces.toSorted(byNumbers),
        leaves: node.leaves.toSorted(byNumbers),
      };
    case 'largest':
      return { ...node, namespaces: node.namespaces.toSorted((a, b) => b.leafCount - a.leafCount) };
  }
}

let collator: Intl.Collator | undefined;

function byNumbers(left: { readonly name: string }, right: { readonly name: string }): number {
  // Made with the first order that needs it: a collator loads its tables for longer than a start may take.
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(left.name, right.name);
}
