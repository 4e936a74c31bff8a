import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseArguments } from '../../bin/arguments.ts';
import { type Command, UsageError } from '../../bin/command.ts';

const COPY: Command = {
  usage: 'copy <what>',
  summary: 'Copies.',
  words: 2,
  options: {
    target: { type: 'string', short: 't' },
    force: { type: 'boolean' },
    rows: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {},
  subcommands: {
    run: { usage: 'run <what>', summary: 'Runs.', options: ['target'] },
    look: { usage: 'look <what>', summary: 'Looks.', options: ['rows'] },
  },
  defaultSubcommand: 'run',
  run: () => Promise.resolve(0),
};

describe('the words and options after a command', () => {
  test('are read as the command declares them', () => {
    const { values, positionals } = parseArguments('copy', COPY, ['run', '-t', '-', '--json', '--', '--x']);
    assert.deepEqual({ ...values }, { target: '-', json: true });
    assert.deepEqual(positionals, ['run', '--x']);
  });

  const mistakes: readonly (readonly [args: string[], text: RegExp])[] = [
    [
      ['--targt', 'x'],
      /There is no option --targt\. Did you mean '--target'\?\nUsage: lakehouse copy <what>/,
    ],
    [['--nothing-like-it'], /There is no option --nothing-like-it\.\n/],
    [['--constructor'], /There is no option --constructor\.\n/],
    [['-x'], /There is no option -x\./],
    [['look', '--target', 'x'], /'copy look' does not take --target\.\nUsage: lakehouse copy look <what>/],
    [['something', '--rows', '1'], /does not take --rows/],
    [['--target'], /--target needs a value\./],
    [['--target', '--json'], /--target needs a value, and '--json' is an option\./],
    [['--force=yes'], /--force takes no value\./],
    [['run', 'a', 'b'], /'b' is one word too many\./],
  ];
  for (const [args, text] of mistakes)
    test(`are refused when they are wrong: ${args.join(' ')}`, () => {
      assert.throws(
        () => parseArguments('copy', COPY, args),
        (error: unknown) => error instanceof UsageError && text.test(error.message),
      );
    });
});
