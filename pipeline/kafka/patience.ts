import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 5_000;

/**
 * Says goodbye to brokers, for as long as a person would wait. Those that are away cannot be told; they notice by themselves,
 * and what is on its way to them ends later.
 */
export async function withinPatience(goodbye: () => Promise<void>): Promise<void> {
  const said = goodbye().catch(() => {});
  await Promise.race([said, sleep(PATIENCE_MS, undefined, { ref: false })]);
}
