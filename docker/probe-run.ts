import type { LakehouseEndpoints } from '../catalog/endpoints.ts';

/** The time for one request to a service. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** One attempt to use a service as its clients will. */
export interface ProbeRun {
  readonly endpoints: LakehouseEndpoints;
  readonly signal: AbortSignal;
  /** Told what is being tried, as a person reads it. */
  readonly onStep: (step: string) => void;
}
