import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What a proxy does with bytes: `cut` refuses and ends connections, `stall` takes them and says nothing, `mute` passes
 * requests on and swallows the answers, and a delay holds every piece of both directions back.
 */
export type TcpMode = 'pass' | 'cut' | 'stall' | 'mute' | { readonly delayMs: number };

/** A port that stands before a server and whose behaviour can be changed at any time. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  mode: TcpMode;
  /** Connections that were taken. */
  readonly taken: number;
  /** Ends every connection of this moment without warning. */
  cutAll(): void;
}

export async function openTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let mode: TcpMode = 'pass';
  let taken = 0;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const track = (socket: Socket, other: () => Socket): void => {
    sockets.add(socket);
    socket.on('error', () => other().destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  };
  const forward = (from: Socket, to: Socket, isAnswer: boolean): void => {
    from.on('data', bytes => {
      if (mode === 'stall' || (mode === 'mute' && isAnswer)) return;
      if (typeof mode !== 'object') to.write(bytes);
      else setTimeout(() => to.destroyed || to.write(bytes), mode.delayMs);
    });
  };
  const server = createServer(client => {
    if (mode === 'cut') {
      client.destroy();
      return;
    }
    taken += 1;
    const upstream = connect(target);
    track(client, () => upstream);
    track(upstream, () => client);
    forward(client, upstream, false);
    forward(upstream, client, true);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      if (next === 'cut') cutAll();
    },
    get taken() {
      return taken;
    },
    cutAll,
    [Symbol.asyncDispose]: async () => {
      cutAll();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
