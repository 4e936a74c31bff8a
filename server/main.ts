import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve, type ServerHost } from './server.ts';

/**
 * Runs the server over the transport that the command line names: `--node-ipc` from the editor, `--stdio` from any other
 * LSP client.
 */
export function runServer(host: ServerHost): void {
  serve(createConnection(ProposedFeatures.all), host);
}
