import { hostname } from 'node:os';

/** Names this process for people, in tables and in consumer groups: `host/pid`. */
export function processName(): string {
  return `${hostname()}/${process.pid}`;
}
