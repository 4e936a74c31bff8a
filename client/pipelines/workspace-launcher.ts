import { fileURLToPath } from 'node:url';
import { Uri } from 'vscode';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { LogDocuments } from '../log-documents.ts';
import { pipelineLogName } from './pipeline-files.ts';
import { createPipelineLauncher, type PipelineLaunchInput } from './pipeline-process.ts';
import type { PipelineLauncher } from './pipeline-runs.ts';

/** Starts pipelines against the lakehouse of this window; what each says stands in a log of its own. */
export function workspaceLauncher(
  session: LakehouseSession,
  logs: LogDocuments,
  logins: Pick<PipelineLaunchInput, 'kafkaSecurity' | 'registryLogin'>,
): PipelineLauncher {
  return createPipelineLauncher({
    endpoints: () => requireEndpoints(session, ['kafka', 'objectStore', 'nessie']),
    ...logins,
    program: fileURLToPath(new URL('../../pipeline/child.ts', import.meta.url)),
    log: (level, file, text) => {
      const time = new Date().toISOString();
      logs.append(
        pipelineLogName(Uri.file(file)),
        `${time} ${level === 'warn' ? '[warning]' : '[info]'} ${text}`,
      );
    },
  });
}
