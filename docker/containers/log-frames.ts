import { splitLines } from './pull-progress.ts';

/**
 * Takes the payloads out of an engine's framed log stream: eight bytes of header (stream, three zeros, the length as a
 * big-endian 32-bit number) before every piece (Docker Engine API, ContainerAttach). Frames may be cut by a chunk's end.
 */
function readFrames(onPayload: (payload: Buffer, stream: number) => void): {
  push(chunk: Buffer): void;
} {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push: chunk => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 8) {
        const end = 8 + rest.readUInt32BE(4);
        if (rest.length < end) return;
        onPayload(rest.subarray(8, end), rest[0] ?? 1);
        rest = rest.subarray(end);
      }
    },
  };
}

/** Turns a framed log into lines. Output and errors are put together line by line, never in the middle of one. */
export function readLogLines(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const streams = new Map<number, ReturnType<typeof splitLines>>();
  const frames = readFrames((payload, stream) => {
    const splitter = streams.get(stream) ?? splitLines(onLine);
    streams.set(stream, splitter);
    splitter.push(payload);
  });
  return {
    push: chunk => frames.push(chunk),
    end: () => {
      for (const splitter of streams.values()) splitter.end();
    },
  };
}
