import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one request: `lose` carries it out and cuts the connection before the answer. */
export type Fate =
  | 'pass'
  | 'lose'
  | 'refuse'
  | 'deny'
  | { readonly delayMs: number }
  /** Passes when the promise has resolved. */
  | { readonly until: Promise<unknown> };

/** A server that stands before a real one and spoils some of its traffic. */
export interface FaultProxy extends AsyncDisposable {
  readonly origin: string;
  /** How many requests had another fate than `pass`. */
  readonly faults: () => number;
}

/** Opens a proxy before `target`; `decide` is asked for every request. The host name is passed on, so signatures stay valid. */
export async function openFaultProxy(
  target: string,
  decide: (request: IncomingMessage) => Fate,
): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  let faults = 0;
  const server = createServer((incoming, outgoing) => {
    const fate = decide(incoming);
    if (fate !== 'pass') faults += 1;
    if (fate === 'refuse' || fate === 'deny') {
      incoming.resume();
      outgoing.writeHead(fate === 'deny' ? 403 : 503).end('{"message":"refused by the test"}');
      return;
    }
    void forward({ incoming, outgoing, hostname, port }, fate);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: () => faults,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

interface Forwarding {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly hostname: string;
  readonly port: string;
}

async function forward({ incoming, outgoing, hostname, port }: Forwarding, fate: Fate): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  // A late request arrives whether or not its sender still waits for it.
  if (typeof fate === 'object') await ('until' in fate ? fate.until : sleep(fate.delayMs));
  const { method, url, headers } = incoming;
  const upstream = request({ hostname, port, method, path: url, headers }, answer => {
    if (fate === 'lose') {
      answer.resume();
      answer.on('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  upstream.end(Buffer.concat(chunks));
}
