import assert from 'node:assert/strict';

export interface MetricFamily {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;

/** Reads Prometheus' text format 0.0.4 and asserts that it is kept to: families together, help and type first, no sample twice. */
export function parseExposition(text: string): Map<string, MetricFamily> {
  assert.ok(text.endsWith('\n'), 'the last line must end');
  const families = new Map<string, { help: string; type: string; samples: MetricSample[] }>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const head = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (head?.[1] === 'HELP') {
      current = head[2] ?? '';
      assert.ok(!families.has(current), `${current} comes twice`);
      families.set(current, { help: head[3] ?? '', type: '', samples: [] });
      continue;
    }
    const family = families.get(current);
    assert.ok(family, line);
    if (head !== null) {
      assert.equal(head[2], current);
      assert.match(head[3] ?? '', /^(counter|gauge|histogram|summary|untyped)$/);
      family.type = head[3] ?? '';
      continue;
    }
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const base = family.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
    assert.equal(base, current, line);
    assert.match(value, VALUE, line);
    assert.ok(!seen.has(`${name}{${labels}}`), `twice: ${line}`);
    seen.add(`${name}{${labels}}`);
    family.samples.push({ name, labels: parseLabels(labels), value });
  }
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    assert.notEqual(name, '', `no label at ${at} of ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}
