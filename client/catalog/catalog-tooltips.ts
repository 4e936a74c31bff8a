import { MarkdownString } from 'vscode';
import { countText } from '../count-text.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { foreignLevel, type LiveText } from './catalog-items.ts';
import type { CatalogNode, LeafNode } from './catalog-nodes.ts';

/** What is said of a line while the pointer rests on it, or when the keyboard asks for it. */
export function catalogTooltip(
  browser: CatalogBrowser,
  node: CatalogNode,
  live: LiveText,
): MarkdownString | undefined {
  switch (node.kind) {
    case 'reference':
      return referenceTooltip(browser, node.ref);
    case 'namespace': {
      const count = browser.leafCount(node.ref, node.key);
      const tables = count === undefined ? '' : `${countText(count)} ${count === 1 ? 'table' : 'tables'}`;
      return tooltip('Namespace', node.key.join('.'), [tables, `on ${node.ref}`]);
    }
    case 'leaf':
      return leafTooltip(browser, node, live(node));
    case 'line':
      return linesTooltip(node.tooltip);
    case 'foreign':
      return node.path.length === 0
        ? undefined
        : tooltip(capital(foreignLevel(node)), node.path.join('.'), [node.detail.toLowerCase()]);
    case 'group':
    case 'empty':
    case 'more':
    case 'failed':
      return undefined;
  }
}

function referenceTooltip(browser: CatalogBrowser, name: string): MarkdownString {
  const reference = browser.reference(name);
  const head = reference?.metadata?.head;
  const text = new MarkdownString(`**${reference?.type === 'TAG' ? 'Tag' : 'Branch'}** `)
    .appendText(name)
    .appendMarkdown(`  \n\`${reference?.hash ?? ''}\``);
  if (head !== undefined)
    text.appendMarkdown('\n\n').appendText(`${head.message}\n${head.authors.join(', ')}, ${head.commitTime}`);
  return text;
}

const LEAF_TITLES = { table: 'Table', view: 'View', unknown: 'Unknown kind of content' } as const;

function leafTooltip(browser: CatalogBrowser, node: LeafNode, live: string | undefined): MarkdownString {
  const summary = node.leaf === 'table' ? browser.tableSummary(node.ref, node.key) : undefined;
  return tooltip(LEAF_TITLES[node.leaf], node.key.join('.'), [
    live ?? '',
    summary?.text ?? '',
    `on ${node.ref}`,
    summary?.comment ?? '',
  ]);
}

/** What comes from outside goes in as text, never as markup. */
function tooltip(kind: string, name: string, lines: readonly string[]): MarkdownString {
  const text = new MarkdownString(`**${kind}** `).appendText(name);
  for (const line of lines.filter(each => each !== '')) text.appendMarkdown('  \n').appendText(line);
  return text;
}

/** A first line that says what it is, and facts below it. */
function linesTooltip(lines: string): MarkdownString {
  const [first = '', ...rest] = lines.split('\n');
  const text = new MarkdownString('**').appendText(first).appendMarkdown('**');
  for (const line of rest) text.appendMarkdown('  \n').appendText(line);
  return text;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
