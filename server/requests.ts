import type { DiagnosticsPublisher, ServerContext } from './diagnostics-publisher.ts';
import { VALIDATE_COMMAND, VALIDATE_REQUEST } from './protocol.ts';
import { answerEditing } from './requests-editing.ts';
import { answerReading } from './requests-reading.ts';

/** Connects each request to the pure function that answers it. */
export function answerRequests(context: ServerContext, diagnostics: DiagnosticsPublisher): void {
  answerReading(context);
  answerEditing(context, diagnostics);
  context.connection.onRequest(VALIDATE_REQUEST, diagnostics.validate);
  context.connection.onExecuteCommand(({ command, arguments: args }) => {
    const uri: unknown = args?.[0];
    return command === VALIDATE_COMMAND && typeof uri === 'string' ? diagnostics.validate({ uri }) : null;
  });
}
