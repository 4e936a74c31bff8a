import type { PlanNode, PlanStage, PlanView } from '../messages.ts';
import { button, element } from './element.ts';

/** A plan as a tree of operators, each fragment by itself, next to Trino's own text. */
export function createPlanPanel(plan: PlanView): HTMLElement {
  const text = element('pre', { tabindex: 0, hidden: true, 'aria-label': 'Plan as text' }, plan.text);
  const fragments = plan.fragments.map(({ title, root }) =>
    title === ''
      ? element('div', { class: 'fragment' }, tree(root))
      : element('section', { class: 'fragment', 'aria-label': title }, element('h2', {}, title), tree(root)),
  );
  const stages = plan.fragments.flatMap(({ title, stage }) =>
    stage === undefined ? [] : [{ title, stage }],
  );
  const drawing = element(
    'div',
    { class: 'plan-drawing', tabindex: 0, role: 'group', 'aria-label': 'Plan' },
    ...(stages.length === 0 ? [] : [stageTable(stages)]),
    ...fragments,
  );
  const toggle = button(
    'Text',
    () => {
      text.hidden = !text.hidden;
      toggle.setAttribute('aria-pressed', String(!text.hidden));
    },
    { 'aria-pressed': 'false' },
  );
  if (plan.fragments.length === 0) text.hidden = false;
  return element(
    'div',
    { class: 'plan' },
    element('div', { class: 'toolbar' }, toggle),
    element('div', { class: 'plan-body' }, drawing, text),
  );
}

/** Time, rows and skew of every stage, the heaviest seen by its bar. */
function stageTable(
  stages: readonly { readonly title: string; readonly stage: PlanStage }[],
): HTMLTableElement {
  const names = Object.keys(stages[0]?.stage.figures ?? {});
  const rows = stages.map(({ title, stage }) => {
    const bar = element('span', { class: 'weight', 'aria-hidden': 'true' });
    bar.style.width = `${Math.round(stage.share * 100)}%`;
    const head = element('th', { scope: 'row' }, bar, `${title} · ${Math.round(stage.share * 100)} %`);
    return element('tr', {}, head, ...names.map(name => element('td', {}, stage.figures[name] ?? '')));
  });
  return element(
    'table',
    { class: 'stages', 'aria-label': 'Stages' },
    element('tr', {}, ...['Stage', ...names].map(name => element('th', { scope: 'col' }, name))),
    ...rows,
  );
}

function tree(root: PlanNode): HTMLElement {
  const list = element('ul', { class: 'plan-tree' });
  list.append(branch(root));
  return list;
}

function branch(node: PlanNode): HTMLElement {
  const figures = Object.entries(node.estimates).map(([name, value]) =>
    element('span', { class: 'estimate' }, `${name} ${value}`),
  );
  const weight = element('span', { class: 'weight', 'aria-hidden': 'true' });
  weight.style.width = `${Math.round((node.weight ?? 0) * 100)}%`;
  const details = node.details.map(text => element('div', { class: 'detail' }, text));
  const box = element(
    'div',
    { class: 'operator' },
    weight,
    element('strong', {}, node.name),
    ...figures,
    ...details,
  );
  const item = element('li', {}, box);
  if (node.children.length > 0) {
    const children = element('ul');
    for (const child of node.children) children.append(branch(child));
    item.append(children);
  }
  return item;
}
