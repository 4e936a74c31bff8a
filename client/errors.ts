/** A button under an error message: what it says and the command it runs, ours or the editor's. */
export interface ErrorAction {
  readonly title: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

/** An error that a person can act on: the text names the thing and the next step, the actions are buttons. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
  readonly actions: readonly ErrorAction[];

  constructor(message: string, actions: readonly ErrorAction[] = [], cause?: unknown) {
    super(message, { cause });
    this.actions = actions;
  }
}

/** The two things an error needs from the editor. */
export interface ErrorSurface {
  log(text: string): void;
  showLog(): void;
  /** Shows a message with buttons and answers the one that was pressed. */
  showMessage(text: string, buttons: readonly string[]): Thenable<string | undefined>;
  runCommand(command: string, args: readonly unknown[]): Thenable<unknown>;
}

const SHOW_LOG = 'Show Log';

/**
 * The one place where an error of the extension becomes visible: logs it once with its stack and shows one message
 * with its buttons. A cancelled operation is not an error and stays quiet.
 */
export async function presentError(surface: ErrorSurface, title: string, error: unknown): Promise<void> {
  if (isCancellation(error)) return;
  surface.log(`${title}: ${describeError(error)}`);
  const actions = error instanceof ActionableError ? error.actions : [];
  const buttons = [...actions.map(action => action.title), SHOW_LOG];
  const pressed = await surface.showMessage(`${title}: ${errorMessage(error)}`, buttons);
  if (pressed === SHOW_LOG) surface.showLog();
  const action = actions.find(candidate => candidate.title === pressed);
  if (action !== undefined) await surface.runCommand(action.command, action.args ?? []);
}

/** The text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the error only says that somebody cancelled: VS Code's own and that of an AbortSignal. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === 'Canceled' || error.name === 'AbortError');
}

/** The error with its stack and the chain of its causes, for the log. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  caused by ${describeError(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
