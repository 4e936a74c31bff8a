import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../bin/commands.ts';
import { helpText, overviewText } from '../../bin/help.ts';
import { command as etl } from '../../bin/commands/etl.ts';

const longest = (text: string): number => Math.max(...text.split('\n').map(line => line.length));

describe('the help of the command line', () => {
  test('explains every option, and subcommands take only options that exist', async () => {
    for (const [name, load] of Object.entries(COMMANDS)) {
      const command = await load();
      assert.ok(command.usage === name || command.usage.startsWith(`${name} `), command.usage);
      assert.deepEqual(Object.keys(command.optionHelp).sort(), Object.keys(command.options).sort(), name);
      for (const [word, { options, usage }] of Object.entries(command.subcommands ?? {})) {
        assert.ok(usage === word || usage.startsWith(`${word} `), usage);
        assert.deepEqual(
          options.filter(option => !(option in command.options)),
          [],
          `${name} ${word}`,
        );
      }
    }
  });

  test('names every command, and fits the terminal', async () => {
    const commands = new Map(
      await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()] as const)),
    );
    const text = overviewText(commands, 80);
    for (const name of commands.keys()) assert.match(text, new RegExp(`^  ${name} `, 'm'));
    const table = (columns: number): string => overviewText(commands, columns).split('\n\n')[1] ?? '';
    assert.ok(longest(table(80)) <= 80, table(80));
    assert.ok(longest(table(50)) <= 50, table(50));
  });

  test('of a subcommand shows what it takes and nothing else', () => {
    const help = (word?: string): string => helpText({ name: 'etl', command: etl, word, columns: 100 });
    assert.match(help('backfill'), /^Usage: lakehouse etl backfill <file.pipeline.yaml> --from/);
    assert.match(help('backfill'), /--again /);
    assert.match(help('backfill'), /--endpoints <value>/);
    assert.doesNotMatch(help('backfill'), /--drop /);
    assert.match(help(), /^  dead-letters  Shows what is in/m);
    assert.doesNotMatch(help(), /^  --(again|drop)/m);
    assert.ok(longest(help()) <= 100, help());
  });
});
