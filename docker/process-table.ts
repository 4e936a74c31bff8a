import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that stays itself: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque text from the system; equal texts mean the same process. */
  readonly startTime: string;
}

const IS_LINUX = process.platform === 'linux';

/** The identity of a running process, or undefined when there is none with this pid. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = IS_LINUX ? startTimeFromProc(pid) : startTimeFromPs(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** True while exactly this process runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime;
}

/** The resident memory of a process in bytes, 0 when it has gone. */
export function residentBytes(pid: number): number {
  if (!IS_LINUX) return Number(ps(pid, 'rss') ?? 0) * 1024;
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`) ?? '');
  return Number(match?.[1] ?? 0) * 1024;
}

/** Sends a signal to the process group that `pid` leads. False when it has gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Field 22 of /proc/pid/stat (proc(5)); the name before it may hold spaces and brackets, so count from the last `)`. */
function startTimeFromProc(pid: number): string | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' ? undefined : fields[19];
}

function startTimeFromPs(pid: number): string | undefined {
  return ps(pid, 'stat')?.startsWith('Z') ? undefined : ps(pid, 'lstart');
}

function ps(pid: number, column: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? undefined : text;
  } catch {
    // `ps` ends with 1 when there is no such process.
    return undefined;
  }
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    // The process has ended between two looks.
    return undefined;
  }
}
