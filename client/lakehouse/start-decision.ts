import type { StartPlan } from '../../docker/lakehouse-api.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import { mergeChanges } from './local-control.ts';

/** What is asked, what can be done, and the change that the first action stands for. */
export interface StartQuestion {
  readonly texts: readonly string[];
  readonly actions: readonly { readonly label: string; readonly description: string }[];
  readonly remedy: SettingsChange;
}

export const USE_FREE_PORTS = 'Use Free Ports';
export const START_ANYWAY = 'Start Anyway';

/** The question before a start that meets an obstacle; undefined when there is nothing to decide. */
export function startQuestion(plan: StartPlan): StartQuestion | undefined {
  if (plan.decisions.length === 0) return undefined;
  const remedies = plan.decisions.flatMap(decision => decision.remedy ?? []);
  const remedy = remedies.reduce<SettingsChange>(mergeChanges, {});
  const useFreePorts = { label: USE_FREE_PORTS, description: describePorts(remedy) };
  const startAnyway = { label: START_ANYWAY, description: 'What stands in the way may make it fail' };
  return {
    texts: plan.decisions.map(decision => decision.text),
    actions: remedies.length === 0 ? [startAnyway] : [useFreePorts, startAnyway],
    remedy,
  };
}

/** `trino 20001, kafka 20002` */
function describePorts({ ports = {}, extraBrokerPorts = [undefined, undefined] }: SettingsChange): string {
  const named = Object.entries(ports).map(([name, port]) => `${name} ${port}`);
  const brokers = extraBrokerPorts.flatMap((port, i) =>
    port === undefined ? [] : [`kafka-${i + 2} ${port}`],
  );
  return [...named, ...brokers].join(', ');
}
