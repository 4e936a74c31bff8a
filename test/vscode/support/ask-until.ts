const DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** Asks until there is an answer: the server's process starts with the first SQL document. */
export async function askUntil<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`There was no answer within ${DEADLINE_MS / 1000} s.`);
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
