import net from 'node:net';
import type { LakehouseEvent } from './events.ts';
import type { LakehouseStatus } from './status.ts';
import type { UpRequest } from './supervisor/converge.ts';

/** What may be asked of a supervisor over its socket: one JSON object per line in both directions. */
export type ControlRequest =
  | { readonly id: number; readonly method: 'up'; readonly request: UpRequest }
  | { readonly id: number; readonly method: 'cancel' | 'down' | 'status' | 'watch' };

export type ControlReply =
  | { readonly id: number; readonly status: LakehouseStatus }
  | { readonly id: number; readonly error: string }
  | { readonly event: LakehouseEvent };

type Ask = ControlRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** The supervisor went away before it answered. */
export class SupervisorEndedError extends Error {
  override readonly name = 'SupervisorEndedError';
  constructor() {
    super('The supervisor of the lakehouse has ended.');
  }
}

/** A connection to a running supervisor. */
export interface ControlConnection {
  /** @throws Error with the supervisor's text; SupervisorEndedError when it goes before it has answered. */
  ask(request: Ask): Promise<LakehouseStatus>;
  /** Resolves when the other side has gone. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Connects to a supervisor's socket; undefined when nobody listens there. */
export async function connectControl(
  socketPath: string,
  onEvent: (event: LakehouseEvent) => void,
): Promise<ControlConnection | undefined> {
  const socket = await connect(socketPath);
  if (socket === undefined) return undefined;
  const waiting = new Map<
    number,
    { resolve: (status: LakehouseStatus) => void; reject: (error: Error) => void }
  >();
  let nextId = 1;
  const closed = new Promise<void>(resolve => {
    socket.once('close', () => {
      for (const { reject } of waiting.values()) reject(new SupervisorEndedError());
      waiting.clear();
      resolve();
    });
  });
  socket.on('error', () => undefined);
  readLines(socket, line => {
    const reply = JSON.parse(line) as ControlReply;
    if ('event' in reply) {
      onEvent(reply.event);
      return;
    }
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) asked?.reject(new Error(reply.error));
    else asked?.resolve(reply.status);
  });
  return {
    ask: request =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) {
          reject(new SupervisorEndedError());
          return;
        }
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ ...request, id })}\n`);
      }),
    closed,
    close: () => socket.destroy(),
  };
}

/** Calls `onLine` with every whole line that arrives, however it was cut into chunks. */
export function readLines(socket: net.Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

function connect(socketPath: string): Promise<net.Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}
