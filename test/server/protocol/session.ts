import { PassThrough } from 'node:stream';
import type { TestContext } from 'node:test';
import type { CompletionList, Range } from 'vscode-languageserver-protocol';
import {
  createMessageConnection,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { createConnection } from 'vscode-languageserver/node';
import type { CatalogSource } from '../../../server/catalog-index/source.ts';
import type { ServerOptions } from '../../../server/protocol.ts';
import { serve } from '../../../server/server.ts';
import { fakeClock, type FakeClock, hangingSource, memoryCache } from '../catalog-index/fake-source.ts';

export { createMessageConnection };

export const URI = 'file:///query.sql';
export const ENDPOINTS = {
  kafka: { brokers: [] },
  objectStore: { endpoint: '', region: '', bucket: '', accessKeyId: '', secretAccessKey: '' },
  nessie: { uri: 'http://nessie' },
  icebergRest: { uri: '' },
  trino: { uri: '', user: '', catalog: 'iceberg' },
};

/** A client and a server that speak real JSON-RPC to each other over streams in memory. */
export interface LanguageSession {
  readonly client: ProtocolConnection;
  readonly clock: FakeClock;
  /** What was published for each document, newest last. */
  readonly diagnostics: Map<string, { range: unknown; message: string; code?: unknown }[][]>;
  readonly open: (uri: string, text: string) => Promise<void>;
  readonly close: () => void;
}

/** Starts a session; the server's lakehouse is `source` once endpoints were sent. */
export async function startSession(
  source: CatalogSource = hangingSource(),
  initializationOptions: ServerOptions = {},
): Promise<LanguageSession> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  const clock = fakeClock();
  serve(connection, {
    clock,
    cache: memoryCache(),
    openSource: () => Promise.resolve(source),
    readEndpoints: () => Promise.reject(new Error('There are no files here.')),
  });
  const client = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const diagnostics: LanguageSession['diagnostics'] = new Map();
  client.onNotification(
    'textDocument/publishDiagnostics',
    (params: { uri: string; diagnostics: never[] }) => {
      diagnostics.set(params.uri, [...(diagnostics.get(params.uri) ?? []), params.diagnostics]);
    },
  );
  client.listen();
  await client.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {},
    initializationOptions,
  });
  await client.sendNotification('initialized', {});
  return {
    client,
    clock,
    diagnostics,
    open: (uri, text) =>
      client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'sql', version: 1, text },
      }),
    close: () => {
      client.dispose();
      connection.dispose();
    },
  };
}

/** Waits for a condition with a deadline. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not come about within 20 s.');
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** A session with one open document, `URI`. */
export async function opened(
  t: TestContext,
  text: string,
  ...[source = hangingSource(), options]: Parameters<typeof startSession>
): Promise<LanguageSession> {
  const session = await startSession(source, options);
  t.after(session.close);
  await session.open(URI, text);
  return session;
}

/** The labels of the list at a place of the first line. */
export async function complete(session: LanguageSession, character: number, uri = URI): Promise<string[]> {
  const list = await session.client.sendRequest<CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position: { line: 0, character },
  });
  return list.items.map(item => item.label);
}

/** Asks about a place in the first line of the document. */
export function request<T>(
  session: LanguageSession,
  method: string,
  character: number,
  more: object = {},
): Promise<T> {
  const params = { textDocument: { uri: URI }, position: { line: 0, character }, ...more };
  return session.client.sendRequest<T>(method, params);
}

/** Waits for the diagnostics of a document to be as wanted. */
export function published(
  session: LanguageSession,
  isIt: (list: readonly unknown[]) => boolean,
  uri = URI,
): Promise<{ range: unknown; message: string }[]> {
  return eventually(() => {
    session.clock.advance(200);
    const last = session.diagnostics.get(uri)?.at(-1);
    return last !== undefined && isIt(last) ? last : undefined;
  });
}

export function range(
  startLine: number,
  startCharacter: number,
  endLine: number,
  endCharacter: number,
): Range {
  return {
    start: { line: startLine, character: startCharacter },
    end: { line: endLine, character: endCharacter },
  };
}
