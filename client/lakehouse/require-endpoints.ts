import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { ServiceName, ServiceState } from '../../docker/events.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { describeState, overall, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** Where the lakehouse answers, when the services that are needed are ready; otherwise an error with the right button. */
export function requireEndpoints(
  session: LakehouseSession,
  needed: readonly ServiceName[],
): LakehouseEndpoints {
  const missing = needed.find(service => session.services[service].kind !== 'ready');
  if (session.endpoints !== undefined && missing === undefined) return session.endpoints;
  if (overall(session.services) === 'stopped') {
    const start = { title: 'Start Lakehouse', command: COMMAND_IDS.startLakehouse };
    throw new ActionableError('The lakehouse is not running.', [start]);
  }
  const show = { title: 'Show Services', command: COMMAND_IDS.showStatus };
  if (missing === undefined)
    throw new ActionableError('The lakehouse is only just ready. Try again.', [show]);
  throw new ActionableError(`${SERVICE_TITLES[missing]} ${describeWait(session.services[missing])}`, [show]);
}

/** The end of a sentence that begins with the service's name. */
function describeWait(state: ServiceState): string {
  const isComing = state.kind === 'starting' || state.kind === 'fetching';
  return isComing
    ? `is needed for this and comes up just now. Its state is: ${describeState(state)}.`
    : `is needed for this and is not ready: ${describeState(state)}.`;
}
