import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { CatalogModel } from './catalog-model.ts';

/** What can be done in the catalog view. */
export function catalogCommands(model: CatalogModel): CommandTable {
  return { [COMMAND_IDS.refreshCatalog]: () => model.refresh() };
}
