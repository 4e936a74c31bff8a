import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const LOOPBACK = '127.0.0.1';
const CONNECT_TIMEOUT_MS = 500;
const FIRST_PICKED_PORT = 20_000;
const END_OF_PICKED_PORTS = 32_000;

/** The process that listens on a port. What the system hides from this user is absent. */
export interface PortHolder {
  readonly pid?: number;
  readonly name?: string;
}

/** A listening TCP socket: its address as dotted or colon text, and the inode that its owner's descriptors name. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** True when a server of ours could listen on the loopback port now. */
export async function isPortFree(port: number): Promise<boolean> {
  // Some systems let a second server bind the loopback address beside one that listens on every address, so ask twice.
  return (await canListen(port)) && !(await canConnect(port));
}

/**
 * A loopback port that is free now and not in `taken`, to which it is added. It comes from below the range out of which
 * systems hand ports to outgoing connections, because a kept port must be free at the next start too.
 */
export async function pickFreePort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PICKED_PORT, END_OF_PICKED_PORTS);
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
}

/** Who listens on `port`, or undefined when nobody seems to. */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}

/** `java (pid 4711)`, or what is known of it. */
export function describeHolder(holder: PortHolder | undefined): string {
  if (holder?.pid === undefined) return 'a process of another user';
  return `${holder.name ?? 'a process'} (pid ${holder.pid})`;
}

/** Every listening socket in the text of /proc/net/tcp or tcp6 (proc_net_tcp(5)): state 0A is LISTEN. */
export function parseListeningSockets(text: string): ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A')
    .map(fields => {
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      return { address: parseAddress(address), port: Number.parseInt(port, 16), inode: fields[9] ?? '' };
    });
}

/** The sockets on which the given processes listen; Linux only. */
export function listeningSocketsOf(pids: readonly number[]): ListeningSocket[] {
  const inodes = new Set(pids.flatMap(pid => socketInodes(pid)));
  return allListeningSockets().filter(socket => inodes.has(socket.inode));
}

/** Reads the output of `lsof -F pcn`: one `p<pid>` and `c<name>` per process. */
export function parseLsof(text: string): PortHolder | undefined {
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  if (pid === undefined) return undefined;
  const name = /^c(.+)$/m.exec(text)?.[1];
  return { pid: Number(pid), ...(name === undefined ? {} : { name }) };
}

function canListen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ port, host: LOOPBACK, timeout: CONNECT_TIMEOUT_MS });
    const finish = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

function holderFromProc(port: number): PortHolder | undefined {
  const socket = allListeningSockets().find(item => item.port === port);
  if (socket === undefined) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !socketInodes(Number(entry)).includes(socket.inode)) continue;
    // Programs may rename their threads, Node does; what was called is what a person recognizes.
    const program = readIfAllowed(`/proc/${entry}/cmdline`)?.split('\0')[0] || undefined;
    const name = program === undefined ? undefined : path.basename(program);
    return { pid: Number(entry), ...(name === undefined ? {} : { name }) };
  }
  return {};
}

async function holderFromLsof(port: number): Promise<PortHolder | undefined> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn']);
    return parseLsof(stdout);
  } catch {
    // lsof ends with 1 when it finds nothing, and may be missing.
    return undefined;
  }
}

function allListeningSockets(): ListeningSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file =>
    parseListeningSockets(readIfAllowed(file) ?? ''),
  );
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      const match = /^socket:\[(\d+)\]$/.exec(readLinkIfThere(`/proc/${pid}/fd/${fd}`));
      return match?.[1] ?? [];
    });
  } catch {
    // Another user's process, or one that has ended.
    return [];
  }
}

function readLinkIfThere(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

function readIfAllowed(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The kernel prints addresses as 32-bit words in the machine's byte order; every machine we run on is little-endian. */
function parseAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap(word =>
    (word.match(/../g) ?? []).reverse().map(byte => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.every(group => group === '0') ? '::' : groups.join(':');
}
