import { window } from 'vscode';
import type { OrphanedStack } from '../../docker/containers/orphans.ts';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LakehouseOwner } from './control.ts';
import { requireOwner } from './require-owner.ts';
import { formatBytes } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** "Remove What Deleted Lakehouses Left in Docker". */
export function orphanCommands(session: LakehouseSession): CommandTable {
  return {
    [COMMAND_IDS.removeOrphanedStacks]: async () => {
      const owner = requireOwner(session);
      await review(owner, await owner.orphans());
    },
  };
}

/** Offers the removal in a message when there is something; asked for once after a start. */
export async function offerOrphans(owner: LakehouseOwner): Promise<void> {
  const orphans = await owner.orphans();
  if (orphans.length === 0) return;
  const show = 'Review…';
  const text = `Lakehouses whose folders were deleted still hold ${formatBytes(bytesOf(orphans))} in Docker.`;
  if ((await window.showInformationMessage(text, show)) === show) await review(owner, orphans);
}

async function review(owner: LakehouseOwner, orphans: readonly OrphanedStack[]): Promise<void> {
  if (orphans.length === 0) {
    void window.showInformationMessage('No lakehouse has left containers or volumes behind.');
    return;
  }
  const items = orphans.map(orphan => ({
    label: orphan.home,
    description: `${orphan.containers} containers, ${formatBytes(bytesOf([orphan]))}`,
    detail: orphan.volumes.map(volume => `${volume.name} (${formatBytes(volume.bytes)})`).join(', '),
    orphan,
  }));
  const options = {
    canPickMany: true,
    placeHolder: 'Their data is deleted for good',
    matchOnDetail: true,
  } as const;
  const picked = (await window.showQuickPick(items, options)) ?? [];
  for (const { orphan } of picked) await owner.removeOrphan(orphan);
  if (picked.length > 0)
    void window.showInformationMessage(
      `Deleted what was left of ${picked.map(item => item.label).join(', ')}.`,
    );
}

function bytesOf(orphans: readonly OrphanedStack[]): number {
  return orphans.flatMap(orphan => orphan.volumes).reduce((sum, volume) => sum + volume.bytes, 0);
}
