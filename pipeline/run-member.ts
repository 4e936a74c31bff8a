import { PositionsMoved } from './errors.ts';
import type { Membership } from './kafka/membership.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import type { SessionShare } from './run-session.ts';
import type { SessionEnd } from './session.ts';
import { waitForOthers } from './wait-for-others.ts';
import { splitTopicPartition, type TopicPartition } from './topic-partition.ts';

/**
 * Works with the partitions that the group gives to this process, until there is no more to do or they are to be given to
 * others. Rejects like the work, with AbortError on a stop.
 */
export async function runMember(
  membership: Membership,
  { options, run }: { readonly options: PipelineOptions; readonly run: PipelineRun },
  work: (share: SessionShare) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  if (run.meter.state !== 'paused') run.meter.state = 'starting';
  const assignment = await membership.assigned(run.stopping);
  const { partitions, revoked, expired } = assignment;
  try {
    run.caretaker.isSelf = assignment.isFirst;
    run.report({ kind: 'notice', level: 'info', text: describeShare(partitions) });
    if (partitions.length > 0) {
      const share = { partitions, revoked, expired };
      const end = await work({ ...share, reportCommitted: next => membership.reportCommitted(next) });
      if (end === 'revoked' || options.once !== true) return end;
    } else {
      run.meter.share = { partitions: 0, of: run.meter.share?.of ?? 0 };
      run.meter.lag = [];
      if (run.meter.state !== 'paused') run.meter.state = 'running';
    }
    return await waitForTurn(options, run, revoked);
  } catch (error) {
    if (!revoked.aborted || run.stopping.aborted || !isOvertaken(error)) throw error;
    // What was not committed is read again by whoever has the partitions now.
    run.meter.readAgain();
    return 'revoked';
  } finally {
    run.caretaker.isSelf = false;
    assignment.release();
  }
}

/** There is nothing to do for this member, until others leave or the run is to end. */
async function waitForTurn(
  options: PipelineOptions,
  run: PipelineRun,
  revoked: AbortSignal,
): Promise<SessionEnd> {
  const { stopping, draining } = run;
  const signal = AbortSignal.any([stopping, draining, revoked]);
  const wait = options.once === true ? waitForOthers(options, run, signal) : forever(signal);
  await wait.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return revoked.aborted && !stopping.aborted && !draining.aborted ? 'revoked' : 'finished';
}

/** Rejects when the signal comes. */
function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** Others have gone on with the partitions, or wait no longer for them. */
function isOvertaken(error: unknown): boolean {
  return error instanceof PositionsMoved || (error instanceof Error && error.name === 'AbortError');
}

function describeShare(partitions: readonly TopicPartition[]): string {
  if (partitions.length === 0) return 'Other members have all partitions; waiting for one of them to leave.';
  const topics = new Map<string, number[]>();
  for (const name of partitions) {
    const { topic, partition } = splitTopicPartition(name);
    topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  }
  const list = [...topics].map(([topic, numbers]) => `${numbers.join(', ')} of ${topic}`).join('; ');
  return `This member has the partitions ${list}.`;
}
