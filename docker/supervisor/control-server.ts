import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type ControlReply, type ControlRequest, readLines } from '../control.ts';
import type { LakehouseEvent } from '../events.ts';
import { OWNER_ONLY_DIRECTORY, OWNER_ONLY_FILE } from '../files.ts';
import type { LakehouseStatus } from '../status.ts';
import type { Supervision } from './supervise.ts';

/** The socket on which a supervisor takes requests. */
export interface ControlServer {
  readonly connections: () => number;
  close(): void;
}

/** Listens on the socket, which only this user can reach. The caller holds the stack's lock: an old socket is stale. */
export async function serveControl(
  socketPath: string,
  supervision: Supervision,
  onDown: () => void,
): Promise<ControlServer> {
  prepareDirectory(path.dirname(socketPath));
  rmSync(socketPath, { force: true });
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, supervision, onDown);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, OWNER_ONLY_FILE);
  return {
    connections: () => sockets.size,
    close: () => {
      server.close();
      for (const socket of sockets) socket.end();
    },
  };
}

function serveConnection(socket: net.Socket, supervision: Supervision, onDown: () => void): void {
  const { runner } = supervision;
  const ups = new Set<AbortController>();
  const send = (reply: ControlReply): void => {
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  };
  const listener = (event: LakehouseEvent): void => send({ event });
  const watch = (): void => {
    for (const [service, state] of runner.states)
      send({ event: { kind: 'service', at: Date.now(), service, state } });
    runner.listeners.add(listener);
  };
  const answer = async (request: ControlRequest): Promise<LakehouseStatus> => {
    switch (request.method) {
      case 'up': {
        const controller = new AbortController();
        ups.add(controller);
        try {
          return await supervision.up(request.request, controller.signal);
        } finally {
          ups.delete(controller);
        }
      }
      case 'cancel':
        for (const controller of ups) controller.abort(new Error('Cancelled.'));
        return supervision.status();
      case 'down':
        return supervision.down();
      case 'status':
        return supervision.status();
      case 'watch':
        watch();
        return supervision.status();
    }
  };
  socket.on('error', () => undefined);
  socket.once('close', () => runner.listeners.delete(listener));
  readLines(socket, line => {
    const request = JSON.parse(line) as ControlRequest;
    void answer(request).then(
      status => {
        send({ id: request.id, status });
        if (request.method === 'down') onDown();
      },
      (error: Error) => send({ id: request.id, error: error.message }),
    );
  });
}

/** A directory outside the home may have been made by somebody else before us: then it is not used. */
function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  const info = lstatSync(directory);
  const isOurs = info.isDirectory() && (process.getuid === undefined || info.uid === process.getuid());
  if (!isOurs)
    throw new Error(`${directory} belongs to somebody else: remove it, or choose a shorter LAKEHOUSE_HOME.`);
  chmodSync(directory, OWNER_ONLY_DIRECTORY);
}
