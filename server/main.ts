import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.ts';

// The transport comes from the command line: `--node-ipc` from the editor, `--stdio` from any other LSP client.
serve(createConnection(ProposedFeatures.all));
