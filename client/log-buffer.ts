/** The last lines of a log that grows without end. */
export interface LogBuffer {
  append(line: string): void;
  text(): string;
}

/** Keeps at most `limit` lines; says at the top when older ones were dropped. */
export function createLogBuffer(limit: number): LogBuffer {
  let lines: string[] = [];
  let dropped = 0;
  return {
    append: line => {
      lines.push(...line.split(/\r?\n/));
      // Cut in pieces: shifting every line of a busy log would copy the whole array each time.
      if (lines.length <= limit * 1.25) return;
      dropped += lines.length - limit;
      lines = lines.slice(-limit);
    },
    text: () => {
      const head = dropped === 0 ? [] : [`… ${dropped.toLocaleString('en-US')} earlier lines are not shown`];
      return [...head, ...lines, ''].join('\n');
    },
  };
}
