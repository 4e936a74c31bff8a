import type { PullProgress } from './engine-api.ts';

/** One line of an engine's pull stream (Docker Engine API, ImageCreate). */
interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number; readonly units?: string };
}

interface Layer {
  received: number;
  total: number;
  isDone: boolean;
}

/** Reads a pull's lines; throws on the first error that the stream carries as data. */
export interface PullReader {
  push(line: string): PullProgress;
  /** True when the engine said that the image is there; a stream can also just stop. */
  readonly isComplete: () => boolean;
}

/**
 * Adds up the layers of a pull. Engines differ: some send `current` in bytes, some send seconds while extracting (with
 * `units`), some no totals at all; whatever is no number of bytes is left out.
 */
export function readPull(): PullReader {
  const layers = new Map<string, Layer>();
  let complete = false;
  return {
    push: line => {
      const event = JSON.parse(line) as PullEvent;
      if (event.error !== undefined) throw new Error(event.error);
      if (event.id === undefined) complete ||= event.status?.startsWith('Status: ') === true;
      else if (/^[0-9a-f]{12}$/.test(event.id)) countLayer(layers, event);
      return sum(layers);
    },
    isComplete: () => complete,
  };
}

/** Calls `onLine` with every whole line of a stream of chunks; characters may be cut by a chunk's end. */
export function splitLines(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line.replace(/\r$/, ''));
  };
  return {
    push: chunk => take(decoder.decode(chunk, { stream: true })),
    end: () => take(`${decoder.decode()}\n`),
  };
}

function countLayer(layers: Map<string, Layer>, { id = '', status = '', progressDetail }: PullEvent): void {
  const layer = layers.get(id) ?? { received: 0, total: 0, isDone: false };
  layers.set(id, layer);
  if (status === 'Downloading' && progressDetail?.units === undefined) {
    layer.received = progressDetail?.current ?? layer.received;
    layer.total = progressDetail?.total ?? layer.total;
  }
  if (status === 'Download complete') layer.received = layer.total;
  if (status === 'Pull complete' || status === 'Already exists') {
    layer.received = layer.total;
    layer.isDone = true;
  }
}

function sum(layers: ReadonlyMap<string, Layer>): PullProgress {
  const all = [...layers.values()];
  return {
    receivedBytes: all.reduce((bytes, layer) => bytes + layer.received, 0),
    totalBytes: all.reduce((bytes, layer) => bytes + layer.total, 0),
    layersDone: all.filter(layer => layer.isDone).length,
    layers: all.length,
  };
}
