import type { OrphanedStack } from '../../docker/containers/orphans.ts';
import { formatBytes } from '../../docker/preflight.ts';
import { findDockerOrphans, removeDockerOrphan } from '../../docker/select.ts';
import { type Command, UsageError } from '../command.ts';

export const command: Command = {
  usage: 'orphans [--remove <id>]',
  summary:
    'Lists containers and volumes of lakehouses whose directory has gone; --remove deletes those of one.',
  words: 0,
  options: { remove: { type: 'string' } },
  optionHelp: { remove: 'the id from the list; its volumes are deleted for good' },
  run: async input => {
    const { remove } = input.values;
    const orphans = await findDockerOrphans({ env: input.env });
    if (typeof remove !== 'string') {
      input.stdout.write(orphansText(orphans));
      return 0;
    }
    const orphan = orphans.find(item => item.stackId === remove);
    if (orphan === undefined)
      throw new UsageError(`There is no orphan '${remove}': 'lakehouse orphans' lists them.`);
    await removeDockerOrphan(orphan, { env: input.env });
    input.stdout.write(`Deleted what was left of ${orphan.home}.\n`);
    return 0;
  },
};

/** One paragraph per stack: id, former directory, containers, volumes with sizes. */
export function orphansText(orphans: readonly OrphanedStack[]): string {
  if (orphans.length === 0) return 'No lakehouse has left containers or volumes behind.\n';
  return orphans
    .map(({ stackId, home, containers, volumes }) => {
      const bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
      const rows = volumes
        .map(volume => `  ${formatBytes(volume.bytes).padStart(8)}  ${volume.name}\n`)
        .join('');
      return `${stackId}  ${home}: ${containers} containers, ${volumes.length} volumes, ${formatBytes(bytes)}\n${rows}`;
    })
    .join('');
}
