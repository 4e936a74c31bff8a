import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mergeChanges } from '../../../client/lakehouse/local-control.ts';
import { START_ANYWAY, startQuestion, USE_FREE_PORTS } from '../../../client/lakehouse/start-decision.ts';

describe('the question before a start', () => {
  test('is not asked when nothing stands in the way', () => {
    assert.equal(startQuestion({ lines: ['Engine: x'], decisions: [] }), undefined);
  });

  test('offers free ports for all that are taken, together', () => {
    const question = startQuestion({
      lines: [],
      decisions: [
        { text: 'Port 8083 of trino is taken by node (pid 1).', remedy: { ports: { trino: 20_001 } } },
        { text: 'Port 39092 is taken.', remedy: { extraBrokerPorts: [20_002, undefined] } },
        { text: 'Port 49092 is taken.', remedy: { extraBrokerPorts: [undefined, 20_003] } },
        { text: 'Port 9000 is taken.', remedy: { ports: { objectStore: 20_004 } } },
      ],
    });
    const [useFreePorts, startAnyway] = question?.actions ?? [];
    assert.equal(startAnyway?.label, START_ANYWAY);
    assert.deepEqual(useFreePorts, {
      label: USE_FREE_PORTS,
      description: 'trino 20001, objectStore 20004, kafka-2 20002, kafka-3 20003',
    });
    assert.match(question?.texts.join('\n') ?? '', /8083[^]*39092[^]*49092[^]*9000/);
    assert.deepEqual(question?.remedy, {
      ports: { trino: 20_001, objectStore: 20_004 },
      extraBrokerPorts: [20_002, 20_003],
    });
  });

  test('only lets a person go on where there is no remedy', () => {
    const question = startQuestion({ lines: [], decisions: [{ text: 'The disk is full.' }] });
    assert.deepEqual(
      question?.actions.map(action => action.label),
      [START_ANYWAY],
    );
    assert.deepEqual(question.remedy, {});
  });

  test('lets the remedy count above the settings', () => {
    const settings = { ports: { kafka: 1, trino: 2 }, profile: 'small' } as const;
    assert.deepEqual(mergeChanges(settings, { ports: { trino: 3 } }), {
      ports: { kafka: 1, trino: 3 },
      profile: 'small',
    });
  });
});
