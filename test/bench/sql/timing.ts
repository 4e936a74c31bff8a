export interface Timing {
  readonly p50: number;
  readonly best: number;
  readonly runs: number;
}

/**
 * Milliseconds of user CPU time of `work` when it is warm: other processes on the machine do not count.
 * @param work gets the number of the run
 * @param budgetMs stops after this much time has been measured, but not before five runs
 */
export function timeWarm(work: (run: number) => unknown, budgetMs = 1500): Timing {
  const warming = 3;
  for (let i = 0; i < warming; i++) work(i);
  const times: number[] = [];
  let spent = 0;
  while (times.length < 5 || (spent < budgetMs && times.length < 200)) {
    const began = process.cpuUsage().user;
    work(warming + times.length);
    const took = (process.cpuUsage().user - began) / 1000;
    times.push(took);
    spent += took;
  }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1] ?? 0, best: times[0] ?? 0, runs: times.length };
}
