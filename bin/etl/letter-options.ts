import type { ParseArgsOptionsConfig } from 'node:util';
import { type LetterSelection, parseOffsetSpan } from '../../pipeline/redrive/selection.ts';
import { type CommandInput, UsageError } from '../command.ts';

/** The options that choose dead letters, for every subcommand that takes some of them. */
export const LETTER_OPTIONS = {
  topic: { type: 'string' },
  partition: { type: 'string' },
  offset: { type: 'string' },
  error: { type: 'string' },
} satisfies ParseArgsOptionsConfig;

export const LETTER_OPTIONS_HELP: Readonly<Record<keyof typeof LETTER_OPTIONS, string>> = {
  topic: 'only those of this topic',
  partition: 'only those of this partition',
  offset: 'only those at offset 100, or from 100..200 with both ends; 100.. and ..200 are open',
  error: 'only those whose error has this text in it',
};

/** Reads the options that choose dead letters. Throws UsageError. */
export function readSelection({ values }: Pick<CommandInput, 'values'>): LetterSelection {
  const { topic, partition, offset, error } = values;
  if (partition !== undefined && !/^\d{1,9}$/.test(String(partition)))
    throw new UsageError('--partition is the number of a partition.');
  return {
    ...(typeof topic === 'string' ? { topic } : {}),
    ...(partition === undefined ? {} : { partition: Number(partition) }),
    ...(typeof offset === 'string' ? { offsets: readOffsets(offset) } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  };
}

function readOffsets(text: string): NonNullable<LetterSelection['offsets']> {
  try {
    return parseOffsetSpan(text);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`--offset: ${error.message}`) : error;
  }
}
