import type { StartPlan } from '../../docker/lakehouse-api.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import { mergeChanges } from './local-control.ts';

export const USE_FREE_PORTS = 'Use Free Ports';
export const START_ANYWAY = 'Start Anyway';

/** The question before a start that meets an obstacle; undefined when there is nothing to decide. */
export function startQuestion(
  plan: StartPlan,
):
  | { readonly detail: string; readonly buttons: readonly string[]; readonly remedy: SettingsChange }
  | undefined {
  if (plan.decisions.length === 0) return undefined;
  const remedies = plan.decisions.flatMap(decision => decision.remedy ?? []);
  return {
    detail: plan.decisions.map(decision => decision.text).join('\n\n'),
    buttons: [...(remedies.length === 0 ? [] : [USE_FREE_PORTS]), START_ANYWAY],
    remedy: remedies.reduce<SettingsChange>(mergeChanges, {}),
  };
}
