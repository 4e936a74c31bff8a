import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { EventListener, LakehouseControl } from '../../../client/lakehouse/control.ts';
import { createSession, type LakehouseSession } from '../../../client/lakehouse/session.ts';
import type { ServiceName, ServiceState } from '../../../docker/events.ts';

const ENDPOINTS = { trino: { uri: 'http://127.0.0.1:1' } } as LakehouseEndpoints;
const NO_SIGNAL = new AbortController().signal;

describe('a lakehouse session', () => {
  test('asks nothing before it is opened', () => {
    const fake = fakeControl();
    createSession(fake.control, ignore);
    assert.equal(fake.follows(), 0);
  });

  test('has endpoints from the first service that is ready to the last one that stops', async () => {
    const fake = fakeControl();
    const session = createSession(fake.control, ignore);
    session.open();
    session.open();
    assert.equal(fake.follows(), 1);
    fake.tell('kafka', { kind: 'ready', address: 'x' });
    await until(session, () => session.endpoints === ENDPOINTS);
    fake.tell('nessie', { kind: 'ready', address: 'x' });
    fake.tell('kafka', { kind: 'stopped' });
    assert.equal(session.endpoints, ENDPOINTS);
    fake.tell('nessie', { kind: 'stopped' });
    await until(session, () => session.endpoints === undefined);
  });

  test('has the endpoints when start resolves', async () => {
    const fake = fakeControl({ up: async report => tell(report, 'trino', { kind: 'ready', address: 'x' }) });
    const session = createSession(fake.control, ignore);
    await session.start(NO_SIGNAL, ignore);
    assert.equal(session.endpoints, ENDPOINTS);
  });

  test('passes notices on while it starts', async () => {
    const notices: string[] = [];
    const up = async (report: EventListener): Promise<void> =>
      report({ kind: 'notice', at: 0, text: 'fetching' });
    await createSession(fakeControl({ up }).control, ignore).start(NO_SIGNAL, text => notices.push(text));
    assert.deepEqual(notices, ['fetching']);
  });

  test('writes one line when the lakehouse cannot be followed', async () => {
    const lines = Promise.withResolvers<string>();
    const follow = (): Promise<void> => Promise.reject(new Error('no socket'));
    createSession(fakeControl({ follow }).control, lines.resolve).open();
    assert.equal(await lines.promise, 'Following a test lakehouse failed: Error: no socket');
  });

  test('follows again when it is opened after that', async () => {
    let follows = 0;
    const failed = Promise.withResolvers<void>();
    const follow = (): Promise<void> => {
      follows += 1;
      return Promise.reject(new Error('no socket'));
    };
    const session = createSession(fakeControl({ follow }).control, () => failed.resolve());
    session.open();
    session.open();
    await failed.promise;
    session.open();
    assert.equal(follows, 2);
  });

  test('starts once for two that ask at the same time, and again later', async () => {
    let starts = 0;
    const session = createSession(fakeControl({ up: async () => void (starts += 1) }).control, ignore);
    await Promise.all([session.start(NO_SIGNAL, ignore), session.start(NO_SIGNAL, ignore)]);
    assert.equal(starts, 1);
    await session.start(NO_SIGNAL, ignore);
    assert.equal(starts, 2);
  });

  test('rejects when starting fails and can start again', async () => {
    let isFirst = true;
    const up = async (): Promise<void> => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('port 9000 is taken');
    };
    const session = createSession(fakeControl({ up }).control, ignore);
    await assert.rejects(session.start(NO_SIGNAL, ignore), /port 9000/);
    await session.start(NO_SIGNAL, ignore);
  });

  test('drops what a lakehouse reports after it was replaced, and stops following it', async () => {
    const old = fakeControl();
    const session = createSession(old.control, ignore);
    session.open();
    const next = fakeControl();
    session.use(next.control);
    old.tell('kafka', { kind: 'ready', address: 'x' });
    assert.equal(session.services.kafka.kind, 'stopped');
    assert.equal(old.isFollowed(), false);
    assert.equal(next.isFollowed(), true);
    session.dispose();
    assert.equal(next.isFollowed(), false);
  });
});

interface FakeControl {
  readonly control: LakehouseControl;
  follows(): number;
  isFollowed(): boolean;
  tell(service: ServiceName, state: ServiceState): void;
}

/** A lakehouse that reports what the test says. */
function fakeControl(parts: Partial<LakehouseControl> = {}): FakeControl {
  let follows = 0;
  let listener: EventListener = ignore;
  let followed: AbortSignal | undefined;
  const follow = (onEvent: EventListener, signal: AbortSignal): Promise<void> => {
    follows += 1;
    listener = onEvent;
    followed = signal;
    return new Promise(resolve => signal.addEventListener('abort', () => resolve()));
  };
  return {
    control: {
      title: 'a test lakehouse',
      follow,
      endpoints: async () => ENDPOINTS,
      up: async () => undefined,
      ...parts,
    },
    follows: () => follows,
    isFollowed: () => followed?.aborted === false,
    tell: (service, state) => tell(listener, service, state),
  };
}

function tell(report: EventListener, service: ServiceName, state: ServiceState): void {
  report({ kind: 'service', at: 0, service, state });
}

/** Waits for the change after which `holds` is true. */
async function until(session: LakehouseSession, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>(resolve => {
    session.onDidChange(() => {
      if (holds()) resolve();
    });
  });
}

function ignore(): void {}
