import type { ContextFault } from './context/values.ts';
import type { TransformCode } from './transform-code.ts';

const MAX_FRAMES = 5;
const MAX_LENGTH = 1_000;

/** What was thrown, and where in the user's files: `TypeError: … at fare (zones.ts:4), transform (trips.transform.ts:12)`. */
export function describeFault(code: Pick<TransformCode, 'modules'>, { fault, stack }: ContextFault): string {
  const files = new Set(code.modules.map(({ file }) => file));
  const frames = stack.split('\n').flatMap(line => {
    const match = /^\s+at (?:(.*?) \()?(.+?):(\d+):\d+\)?$/.exec(line);
    if (match === null || !files.has(match[2] ?? '')) return [];
    const name = match[1]?.replace(/^(?:Object|exports)\.|\s\[as .*\]$/g, '').replace(/^.*<anonymous>$/, '');
    const place = `${match[2]}:${match[3]}`;
    return [name === undefined || name === '' ? place : `${name} (${place})`];
  });
  const text = fault.length > MAX_LENGTH ? `${fault.slice(0, MAX_LENGTH)}…` : fault;
  return frames.length === 0 ? text : `${text} at ${frames.slice(0, MAX_FRAMES).join(', ')}`;
}
