import { ActionableError } from '../errors.ts';
import type { LakehouseOwner } from './control.ts';
import type { LakehouseSession } from './session.ts';

/** What only the owner of a lakehouse may do with it; an error that says so when somebody else runs it. */
export function requireOwner(session: LakehouseSession): LakehouseOwner {
  const { owner, title } = session.control;
  if (owner !== undefined) return owner;
  throw new ActionableError(
    `${title} is run by somebody else: do this where it was started, or clear the setting lakehouse.endpointsFile.`,
  );
}
