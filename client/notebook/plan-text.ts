import type { PlanNode, PlanStage, PlanView } from './messages.ts';

interface OpenNode {
  readonly name: string;
  readonly depth: number;
  readonly details: string[];
  readonly children: OpenNode[];
}

interface OpenFragment {
  readonly title: string;
  /** The lines before the first operator. */
  readonly facts: string[];
  root?: OpenNode;
}

/**
 * Reads the text of EXPLAIN and EXPLAIN ANALYZE, as Trino 476 writes it, into trees: one per fragment, every operator
 * with its estimates and, after ANALYZE, its time, rows and skew, and the same for every stage. A text that is no plan
 * gives no fragments.
 */
export function readPlan(text: string): PlanView {
  const found = openFragments(text);
  const roots = found.flatMap(({ root }) => root ?? []);
  const most = Math.max(0, ...roots.map(mostOf));
  const isAnalyzed = /^[ \t]*CPU: .*Scheduled: /m.test(text);
  const total = found.reduce((sum, { facts }) => sum + cpuOf(facts), 0);
  return {
    kind: isAnalyzed ? 'analyze' : found[0]?.title === LOGICAL ? 'logical' : 'distributed',
    fragments: found.flatMap(({ title, facts, root }) =>
      root === undefined
        ? []
        : [
            {
              title,
              root: planNode(root, most),
              ...(isAnalyzed ? { stage: stageOf(facts, { root, total }) } : {}),
            },
          ],
    ),
    text,
  };
}

const LOGICAL = 'Logical plan';

function openFragments(text: string): OpenFragment[] {
  const fragments: OpenFragment[] = [];
  let stack: OpenNode[] = [];
  const open = (title: string): void => {
    fragments.push({ title, facts: [] });
    stack = [];
  };
  for (const line of text.split('\n')) {
    if (/^Fragment \d+ .*$/.test(line)) {
      open(line);
      continue;
    }
    const node = nodeOf(line);
    // A logical plan has no fragments: its root stands at the margin.
    if (fragments.length === 0 && node?.isAtMargin === true) open(LOGICAL);
    const fragment = fragments.at(-1);
    if (fragment === undefined || line.trim() === '') continue;
    if (node === undefined) {
      (stack.at(-1)?.details ?? fragment.facts).push(line.replace(/^[\s│]+/, ''));
      continue;
    }
    while (stack.length > 0 && (stack.at(-1)?.depth ?? 0) >= node.depth) stack.pop();
    if (stack.length === 0) fragment.root ??= node;
    else stack.at(-1)?.children.push(node);
    stack.push(node);
  }
  return fragments;
}

/** An operator stands behind `├─ ` or `└─ `, the root of a fragment at its margin behind nothing. */
function nodeOf(line: string): (OpenNode & { readonly isAtMargin: boolean }) | undefined {
  const branch = /^([\s│]*)[├└]─ (.+)$/.exec(line);
  if (branch !== null) {
    const depth = (branch[1] ?? '').length + 1;
    return { name: branch[2] ?? '', depth, details: [], children: [], isAtMargin: false };
  }
  const root = /^( {4})?([A-Z]\w*(?:\[.*)?)$/.exec(line);
  if (root === null) return undefined;
  return { name: root[2] ?? '', depth: 0, details: [], children: [], isAtMargin: root[1] === undefined };
}

/** What a stage took, from the lines above its operators. */
function stageOf(
  facts: readonly string[],
  { root, total }: { readonly root: OpenNode; readonly total: number },
): PlanStage {
  const text = facts.join('\n');
  const find = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  const average = Number(find(/per task: avg\.: ([\d.]+)/));
  const deviation = Number(find(/std\.dev\.: ([\d.]+)/));
  const worst = worstSkew(root);
  return {
    share: total > 0 ? cpuOf(facts) / total : 0,
    figures: {
      CPU: find(/^CPU: ([^,]+)/m),
      Scheduled: find(/Scheduled: ([^,]+)/),
      Blocked: find(/Blocked:? (\S+)/),
      'Input rows': grouped(find(/, Input: (\d+) rows/)),
      'Output rows': grouped(find(/, Output: (\d+) rows/)),
      'Peak memory': find(/^Peak Memory: ([^,]+)/m),
      Tasks: find(/Tasks count: (\d+)/),
      'Task skew': average > 0 ? `${((100 * deviation) / average).toFixed(2)}%` : '',
      'Worst operator skew': worst.skew > 0 ? `${worst.skew.toFixed(2)}% ${worst.name}` : '0.00%',
    },
  };
}

/** The operator whose rows lie most unevenly over its drivers. */
function worstSkew(node: OpenNode): { readonly skew: number; readonly name: string } {
  const own = Math.max(
    0,
    ...[...node.details.join('\n').matchAll(/Input std\.dev\.: ([\d.]+)%/g)].map(match => Number(match[1])),
  );
  return node.children.map(worstSkew).reduce((worst, each) => (each.skew > worst.skew ? each : worst), {
    skew: own,
    name: splitName(node.name).name,
  });
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of processor time of a stage. */
function cpuOf(facts: readonly string[]): number {
  const [, value = '0', unit = 'ms'] = /^CPU: ([\d.]+)([a-z]+)/m.exec(facts.join('\n')) ?? [];
  return Number(value) * (MILLISECONDS[unit] ?? 0);
}

function grouped(count: string): string {
  return count === '' ? '' : Number(count).toLocaleString('en-US');
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
