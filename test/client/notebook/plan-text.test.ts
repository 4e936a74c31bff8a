import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPlan } from '../../../client/notebook/plan-text.ts';

const PLAN = `Trino version: 476
Queued: 966.33us, Analysis: 2.03ms, Planning: 75.18ms, Execution: 2.00s
Fragment 1 [HASH]
    CPU: 3.08ms, Scheduled: 45.04ms, Blocked 6.70s (Input: 3.35s, Output: 0.00ns), Input: 6 rows (90B); per task: avg.: 3.00 std.dev.: 1.50, Output: 3 rows (45B)
    Peak Memory: 434B, Tasks count: 2; per task: max: 227.53kB
    Output layout: [orderstatus, count]
    Output partitioning: SINGLE []
    Aggregate[type = FINAL, keys = [orderstatus]]
    │   Layout: [orderstatus:varchar(1), count:bigint]
    │   Estimates: {rows: 3 (42B), cpu: 205.08k, memory: 42B, network: 0B}
    │   CPU: 1.00ms (25.00%), Scheduled: 36.00ms (1.67%), Blocked: 0.00ns (0.00%), Output: 3000 rows (45B)
    │   Input avg.: 3.00 rows, Input std.dev.: 33.33%
    │   count := count(count_3)
    └─ LocalExchange[partitioning = HASH, arguments = [orderstatus::varchar(1)]]
       │   Layout: [orderstatus:varchar(1), count_3:bigint]
       ├─ RemoteSource[sourceFragmentIds = [2]]
       │      CPU: 3.00ms (75.00%), Scheduled: 9.00ms (0.42%), Blocked: 3.35s (37.98%), Output: 6 rows (90B)
       └─ Values

Fragment 2 [SOURCE]
    CPU: 9.24ms, Scheduled: 1.75s, Blocked 0.00ns (Input: 0.00ns, Output: 0.00ns), Input: 1500 rows (13kB); per task: avg.: 1500.00 std.dev.: 0.00, Output: 6 rows (90B)
    Peak Memory: 1kB, Tasks count: 1; per task: max: 1kB
    Output layout: [custkey_1]
    TableScan[table = tpch:tiny:customer]
        Layout: [custkey_1:bigint]
`;

describe('the text of a plan', () => {
  test('becomes a tree per fragment with times, rows and skew', () => {
    const { fragments, kind } = readPlan(PLAN);
    assert.equal(kind, 'analyze');
    const [first, second] = fragments;
    assert.equal(first?.title, 'Fragment 1 [HASH]');
    assert.equal(first.root.name, 'Aggregate');
    assert.deepEqual(first.root.estimates, {
      time: '1.00ms (25.00%)',
      rows: '3,000',
      'estimated rows': '3 (42B)',
      'estimated cpu': '205.08k',
      skew: '33.33%',
    });
    assert.deepEqual(first.root.details, ['type = FINAL, keys = [orderstatus]', 'count := count(count_3)']);
    const [exchange] = first.root.children;
    assert.deepEqual(
      exchange?.children.map(child => child.name),
      ['RemoteSource', 'Values'],
    );
    assert.equal(exchange.children[0]?.weight, 1);
    assert.equal(second?.root.name, 'TableScan');
  });

  test('says for every stage what it took and how uneven its rows lay', () => {
    const [first, second] = readPlan(PLAN).fragments;
    assert.deepEqual(first?.stage, {
      share: 0.25,
      figures: {
        CPU: '3.08ms',
        Scheduled: '45.04ms',
        Blocked: '6.70s',
        'Input rows': '6',
        'Output rows': '3',
        'Peak memory': '434B',
        Tasks: '2',
        'Task skew': '50.00%',
        'Worst operator skew': '33.33% Aggregate',
      },
    });
    assert.equal(second?.stage?.figures['Input rows'], '1,500');
    assert.equal(second.stage.figures['Worst operator skew'], '0.00%');
  });

  test('of one logical plan is a single tree', () => {
    const { kind, fragments } = readPlan(
      'Trino version: 476\nOutput[columnNames = [a]]\n│   Layout: [a:bigint]\n└─ Limit[count = 3]\n   │   Layout: [a:bigint]\n   └─ TableScan[table = tpch:tiny:orders]\n          a := tpch:a\n',
    );
    assert.equal(kind, 'logical');
    assert.deepEqual(
      fragments.map(({ title, root }) => [
        title,
        root.name,
        root.children[0]?.name,
        root.children[0]?.children[0]?.name,
      ]),
      [['Logical plan', 'Output', 'Limit', 'TableScan']],
    );
  });

  test('that is none has no fragments', () => {
    assert.deepEqual(readPlan('{"a": 1}').fragments, []);
  });
});
