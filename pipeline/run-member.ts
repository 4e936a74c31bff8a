import { PositionsMoved } from './errors.ts';
import type { Membership } from './kafka/membership.ts';
import type { PipelineRun } from './pipeline.ts';
import type { SessionShare } from './run-session.ts';
import type { SessionEnd } from './session.ts';
import { splitTopicPartition, type TopicPartition } from './topic-partition.ts';

/**
 * Works with the partitions that the group gives to this process, until there is no more to do or they are to be given to
 * others. Rejects like the work, with AbortError on a stop.
 */
export async function runMember(
  membership: Membership,
  run: PipelineRun,
  work: (share: SessionShare) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  if (run.meter.state !== 'paused') run.meter.state = 'starting';
  const assignment = await membership.assigned(run.stopping);
  const { partitions, revoked, expired } = assignment;
  try {
    run.caretaker.isSelf = assignment.isFirst;
    run.report({ kind: 'notice', level: 'info', text: describeShare(partitions) });
    if (partitions.length > 0)
      return await work({
        partitions,
        revoked,
        expired,
        reportCommitted: next => membership.reportCommitted(next),
      });
    run.meter.share = { partitions: 0, of: run.meter.share?.of ?? 0 };
    run.meter.lag = [];
    return await waitForShare(run, revoked);
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

/** There are more members than partitions: one that has none waits for its turn, as long as the run is to last. */
async function waitForShare(
  { stopping, draining, meter }: PipelineRun,
  revoked: AbortSignal,
): Promise<SessionEnd> {
  if (meter.state !== 'paused') meter.state = 'running';
  const signal = AbortSignal.any([stopping, draining, revoked]);
  if (!signal.aborted)
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  return stopping.aborted || draining.aborted ? 'finished' : 'revoked';
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
