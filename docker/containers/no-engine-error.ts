/** Why each engine that was asked cannot be used; the message is one sentence per engine with the next step. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  /** False where nothing hints at an engine at all: no socket, no context, no variable. */
  readonly hasCandidates: boolean;
  constructor(message: string, hasCandidates: boolean) {
    super(message);
    this.hasCandidates = hasCandidates;
  }
}
