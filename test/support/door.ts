import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy that asks who comes, as installations with authentication have one. */
export interface Door extends AsyncDisposable {
  readonly uri: string;
  readonly port: number;
  /** Lets the next request through and cuts the line before its answer. */
  dropNextAnswer(): void;
}

/** Opens a door in front of the real server at `target`; who is not welcome is answered 401. */
export async function openDoor(
  target: string,
  isWelcome: (authorization: string | undefined) => boolean,
  port = 0,
): Promise<Door> {
  const { host, pathname } = new URL(target);
  let isDropping = false;
  const server: Server = createServer((incoming, outgoing) => {
    if (!isWelcome(incoming.headers.authorization)) {
      outgoing.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => name !== 'authorization'),
    );
    const isDropped = isDropping && incoming.method === 'POST';
    const url = `http://${host}${incoming.url ?? ''}`;
    const forwarded = request(url, { method: incoming.method, headers: { ...headers, host } }, answer => {
      if (isDropped) {
        answer.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    uri: `http://127.0.0.1:${bound}${pathname}`,
    port: bound,
    dropNextAnswer: () => (isDropping = true),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
