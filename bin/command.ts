import type { ParseArgsOptionsConfig } from 'node:util';

/** One subcommand of `lakehouse`. It lives in a file of its own that is loaded only when somebody types its name. */
export interface Command {
  /** What follows `lakehouse` in the usage line, e.g. `sql [statement]`. */
  readonly usage: string;
  readonly summary: string;
  /** Further lines for `--help`. */
  readonly details?: string;
  /** How many words may follow the name; any number when it is not said. One too many is a mistake, not to be swallowed. */
  readonly words?: number;
  /** The words that may follow the name, by the first of them. */
  readonly subcommands?: Readonly<Record<string, Subcommand>>;
  /** The one that is meant where the first word is none of them. */
  readonly defaultSubcommand?: string;
  readonly options: ParseArgsOptionsConfig;
  /** One line per option for `--help`, in the order of `options`. */
  readonly optionHelp: Readonly<Record<string, string>>;
  /** Does the work and answers the exit code: 0 done, 1 failed, 2 called wrongly, 130 interrupted. */
  run(input: CommandInput): Promise<number>;
}

/** One word after a command's name, e.g. `redrive` of `lakehouse etl redrive`. */
export interface Subcommand {
  /** What follows the command's name in the usage line, e.g. `redrive <file.pipeline.yaml>`. */
  readonly usage: string;
  readonly summary: string;
  /** Those of the command's options that only some subcommands take and this one does. */
  readonly options: readonly string[];
}

/** What a command gets from the outside world; a test passes its own. */
export interface CommandInput {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborted by the first Ctrl+C; the second one kills the process. */
  readonly signal: AbortSignal;
}

/** A stream to write text to; `isTTY` decides between a redrawn progress display and plain lines. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The command was called wrongly: the text says how it wants to be called. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
