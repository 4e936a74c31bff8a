import type { Engine, PullProgress } from './engine-api.ts';
import type { ImageContract } from './images.ts';

/** The reference under which the image is in the engine, or undefined when it is not. */
export async function findImage(
  engine: Engine,
  { references }: ImageContract,
): Promise<{ readonly reference: string; readonly id: string; readonly bytes: number } | undefined> {
  for (const reference of references) {
    const image = await engine.inspectImage(reference);
    if (image !== undefined) return { reference, ...image };
  }
  return undefined;
}

/**
 * Answers the reference under which the image is in the engine, after pulling it from the first registry that has it.
 * @throws Error with what every registry said.
 */
export async function ensureImage(
  engine: Engine,
  image: ImageContract,
  options: { signal: AbortSignal; onProgress: (reference: string, progress: PullProgress) => void },
): Promise<string> {
  const present = await findImage(engine, image);
  if (present !== undefined) return present.reference;
  const faults: string[] = [];
  for (const reference of image.references) {
    try {
      await engine.pullImage(reference, {
        signal: options.signal,
        onProgress: progress => options.onProgress(reference, progress),
      });
      return reference;
    } catch (error) {
      options.signal.throwIfAborted();
      faults.push(`${reference}: ${(error as Error).message}`);
    }
  }
  throw new Error(`Its image could not be pulled. ${faults.join(' ')}`);
}
