import type { PlanNode, PlanView } from './messages.ts';

interface OpenNode {
  readonly name: string;
  readonly depth: number;
  readonly details: string[];
  readonly children: OpenNode[];
}

/**
 * Reads the text of EXPLAIN and EXPLAIN ANALYZE, as Trino 476 writes it, into trees: one per fragment, every operator
 * with its estimates and, after ANALYZE, its time, rows and skew. A text that is no plan gives no fragments.
 */
export function readPlan(text: string): PlanView {
  const fragments: { title: string; root: OpenNode }[] = [];
  let title: string | undefined;
  let stack: OpenNode[] = [];
  let facts: string[] = [];
  for (const line of text.split('\n')) {
    const header = /^Fragment \d+ .*$/.exec(line);
    if (header !== null) {
      title = header[0];
      stack = [];
      facts = [];
      continue;
    }
    if (title === undefined || line.trim() === '') continue;
    const node = nodeOf(line);
    if (node === undefined) {
      const fact = line.replace(/^[\s│]+/, '');
      if (stack.length === 0) facts.push(fact);
      else stack.at(-1)?.details.push(fact);
      continue;
    }
    while (stack.length > 0 && (stack.at(-1)?.depth ?? 0) >= node.depth) stack.pop();
    if (stack.length === 0)
      fragments.push({ title: [title, ...facts.filter(isFragmentFact)].join(' · '), root: node });
    else stack.at(-1)?.children.push(node);
    stack.push(node);
  }
  const isAnalyzed = /^\s*CPU: .*Scheduled: /m.test(text);
  const most = Math.max(0, ...fragments.map(({ root }) => mostOf(root)));
  return {
    kind: isAnalyzed ? 'analyze' : 'distributed',
    fragments: fragments.map(fragment => ({ title: fragment.title, root: planNode(fragment.root, most) })),
    text,
  };
}

function isFragmentFact(fact: string): boolean {
  return /^(CPU|Peak Memory):/.test(fact);
}

/** An operator stands behind `├─ ` or `└─ `, the root of a fragment at its margin behind nothing. */
function nodeOf(line: string): OpenNode | undefined {
  const branch = /^([\s│]*)[├└]─ (.+)$/.exec(line);
  if (branch !== null)
    return { name: branch[2] ?? '', depth: (branch[1] ?? '').length, details: [], children: [] };
  const root = /^ {4}([A-Z]\w*(?:\[.*)?)$/.exec(line);
  return root === null ? undefined : { name: root[1] ?? '', depth: 0, details: [], children: [] };
}

function planNode(node: OpenNode, most: number): PlanNode {
  const weight = weightOf(node);
  const { name, detail } = splitName(node.name);
  return {
    name,
    details: [
      ...(detail === '' ? [] : [detail]),
      ...node.details.filter(text => !/^(Estimates|CPU|Layout|Input avg|.*Input std)/.test(text)),
    ],
    estimates: estimatesOf(node.details),
    children: node.children.map(child => planNode(child, most)),
    ...(most > 0 && weight > 0 ? { weight: weight / most } : {}),
  };
}

function splitName(text: string): { name: string; detail: string } {
  const open = text.indexOf('[');
  return open < 0
    ? { name: text, detail: '' }
    : { name: text.slice(0, open), detail: text.slice(open + 1).replace(/\]$/, '') };
}

function estimatesOf(details: readonly string[]): Record<string, string> {
  const text = details.join('\n');
  const estimate = /Estimates: \{rows: (.*?), cpu: (.*?), memory: (.*?), network: (.*?)\}/.exec(text);
  const measured = /CPU: (\S+) \((\S+)\), Scheduled: (\S+).*?Output: (\d+) rows(?: \((.*?)\))?/.exec(text);
  const skew = /Input std\.dev\.: ([\d.]+%)/.exec(text);
  return {
    ...(measured === null
      ? {}
      : {
          time: `${measured[1] ?? ''} (${measured[2] ?? ''})`,
          rows: Number(measured[4]).toLocaleString('en-US'),
        }),
    ...(estimate === null ? {} : { 'estimated rows': estimate[1] ?? '', 'estimated cpu': estimate[2] ?? '' }),
    ...(skew === null ? {} : { skew: skew[1] ?? '' }),
  };
}

/** The share of the time, or without times the estimated work. */
function weightOf(node: OpenNode): number {
  const text = node.details.join('\n');
  const share = /CPU: \S+ \(([\d.]+)%\)/.exec(text);
  if (share !== null) return Number(share[1]);
  const cpu = /cpu: ([\d.]+)([kMGT]?)/.exec(text);
  const scale = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[cpu?.[2] ?? ''] ?? 1;
  return cpu === null ? 0 : Number(cpu[1]) * scale;
}

function mostOf(node: OpenNode): number {
  return Math.max(weightOf(node), ...node.children.map(mostOf));
}
