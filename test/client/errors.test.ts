import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mergeCommandTables } from '../../client/command-table.ts';
import { ActionableError, type ErrorSurface, presentError } from '../../client/errors.ts';
import { COMMAND_IDS, type CommandId } from '../../client/ids.ts';

describe('the error boundary', () => {
  test('logs an error once with its causes and shows one message with its buttons', async () => {
    const surface = fakeSurface();
    const error = new ActionableError(
      'Port 9000 is taken by weed (pid 7). Stop it or choose another port.',
      [{ title: 'Try Again', command: COMMAND_IDS.startLakehouse, args: [1] }],
      new Error('EADDRINUSE'),
    );
    await presentError(surface, 'Start Lakehouse', error);
    assert.equal(surface.logged.length, 1);
    assert.match(surface.logged[0] ?? '', /Port 9000[^]*caused by Error: EADDRINUSE/);
    assert.deepEqual(surface.shown, [
      [
        'Start Lakehouse: Port 9000 is taken by weed (pid 7). Stop it or choose another port.',
        'Try Again',
        'Show Log',
      ],
    ]);
    assert.deepEqual(surface.ran, []);
  });

  test('runs the command of the button that was pressed', async () => {
    const surface = fakeSurface('Try Again');
    const actions = [{ title: 'Try Again', command: COMMAND_IDS.startLakehouse, args: ['x'] }];
    await presentError(surface, 'Start', new ActionableError('Failed.', actions));
    assert.deepEqual(surface.ran, [[COMMAND_IDS.startLakehouse, 'x']]);
  });

  test('opens the log when that is asked for', async () => {
    const surface = fakeSurface('Show Log');
    await presentError(surface, 'Start', 'a thrown text');
    assert.equal(surface.logOpened, 1);
    assert.deepEqual(surface.shown, [['Start: a thrown text', 'Show Log']]);
  });

  test('says nothing about a cancelled operation', async () => {
    const surface = fakeSurface();
    await presentError(surface, 'Start', new DOMException('Aborted', 'AbortError'));
    const canceled = new Error('Canceled');
    canceled.name = 'Canceled';
    await presentError(surface, 'Start', canceled);
    assert.deepEqual([surface.logged, surface.shown], [[], []]);
  });
});

describe('the command tables', () => {
  const complete = Object.fromEntries(Object.values(COMMAND_IDS).map(id => [id, () => id]));

  test('together handle every command once', () => {
    assert.deepEqual(
      mergeCommandTables([complete]).map(([id]) => id),
      Object.values(COMMAND_IDS),
    );
  });

  test('are refused when a command has no handler or two', () => {
    const [first] = Object.values(COMMAND_IDS);
    assert.throws(() => mergeCommandTables([{}]), /has 0 handlers/);
    assert.throws(() => mergeCommandTables([complete, { [first as CommandId]: () => 1 }]), /has 2 handlers/);
  });
});

interface FakeSurface extends ErrorSurface {
  readonly logged: string[];
  readonly shown: string[][];
  readonly ran: unknown[][];
  logOpened: number;
}

function fakeSurface(pressed?: string): FakeSurface {
  const surface: FakeSurface = {
    logged: [],
    shown: [],
    ran: [],
    logOpened: 0,
    log: text => surface.logged.push(text),
    showLog: () => (surface.logOpened += 1),
    showMessage: async (text, buttons) => {
      surface.shown.push([text, ...buttons]);
      return pressed;
    },
    runCommand: async (command, args) => surface.ran.push([command, ...args]),
  };
  return surface;
}
