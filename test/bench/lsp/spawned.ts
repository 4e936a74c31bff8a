import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CompletionList } from 'vscode-languageserver-protocol';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

/** A server process that is spoken to over stdio, with a stopwatch. */
export interface SpawnedServer {
  readonly client: ProtocolConnection;
  /** From the start of the process to the answer to `initialize`. */
  readonly initializeMs: number;
  readonly rssMb: () => number;
  readonly end: () => void;
}

export async function spawnServer(program: string): Promise<SpawnedServer> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, '--stdio']);
  child.stderr.pipe(process.stderr);
  const client = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  client.listen();
  await client.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  const initializeMs = performance.now() - startedAt;
  await client.sendNotification('initialized', {});
  return { client, initializeMs, rssMb: () => rssOf(child), end: () => endServer(client, child) };
}

function endServer(client: ProtocolConnection, child: ChildProcessWithoutNullStreams): void {
  client.dispose();
  child.kill();
}

/** Resident memory as Linux counts it; NaN elsewhere. */
function rssOf({ pid }: ChildProcessWithoutNullStreams): number {
  try {
    const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

/** A document that is typed into: every step is an edit and the completion behind it, as an editor does it. */
export class TypedDocument {
  private readonly server: SpawnedServer;
  private readonly uri: string;
  private version = 1;

  constructor(server: SpawnedServer, uri: string) {
    this.server = server;
    this.uri = uri;
  }

  open(text: string): Promise<void> {
    const textDocument = { uri: this.uri, languageId: 'sql', version: 1, text };
    return this.server.client.sendNotification('textDocument/didOpen', { textDocument });
  }

  /** Types at a place and asks for completion there; answers how long the round trip took, in milliseconds. */
  async typeAndComplete(
    line: number,
    character: number,
    text: string,
  ): Promise<{ ms: number; items: number }> {
    const startedAt = performance.now();
    await this.edit(line, character, { length: 0, text });
    const position = { line, character: character + text.length };
    const list = await this.server.client.sendRequest<CompletionList>('textDocument/completion', {
      textDocument: { uri: this.uri },
      position,
    });
    return { ms: performance.now() - startedAt, items: list.items.length };
  }

  edit(
    line: number,
    character: number,
    { length, text }: { readonly length: number; readonly text: string },
  ): Promise<void> {
    const range = { start: { line, character }, end: { line, character: character + length } };
    return this.server.client.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [{ range, text }],
    });
  }
}
