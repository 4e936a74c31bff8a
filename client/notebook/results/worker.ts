import { parentPort } from 'node:worker_threads';
import { createResultShelf, type ResultShelf } from './result-shelf.ts';
import type { RunEvents } from './statement-run.ts';
import type { CallMessage, WorkerMessage } from './worker-messages.ts';

/** The results worker: runs statements and holds their rows, so that nothing of it ever blocks the extension host. */
const port = parentPort;
if (port === null) throw new Error('client/notebook/results/worker.ts runs as a worker thread only.');

const shelf = createResultShelf();
const post = (message: WorkerMessage): void => {
  port.postMessage(message);
};

port.on('message', (call: CallMessage) => {
  perform(shelf, call).then(
    value => {
      post({ type: 'answer', id: call.id, value });
    },
    (error: unknown) => {
      post({ type: 'failure', id: call.id, message: error instanceof Error ? error.message : String(error) });
    },
  );
});

async function perform(results: ResultShelf, call: CallMessage): Promise<unknown> {
  switch (call.kind) {
    case 'run': {
      const { handle, request } = (call as CallMessage<'run'>).params;
      return results.run(handle, request, eventsOf(handle));
    }
    case 'fetchMore': {
      const { handle, rowLimit } = (call as CallMessage<'fetchMore'>).params;
      return results.fetchMore(handle, rowLimit);
    }
    case 'cancel':
      results.cancel((call as CallMessage<'cancel'>).params.handle);
      return null;
    case 'open': {
      const { handle, saved } = (call as CallMessage<'open'>).params;
      results.open(handle, saved);
      return null;
    }
    case 'ask':
      return results.answer((call as CallMessage<'ask'>).params);
    case 'export': {
      const job = (call as CallMessage<'export'>).params;
      return results.export(job, reporter(job.handle));
    }
    case 'drop':
      await results.drop((call as CallMessage<'drop'>).params.handle);
      return null;
  }
}

/** Reports the rows of an export, at most five times a second. */
function reporter(handle: string): (rows: number) => void {
  let reportedAt = 0;
  return rows => {
    const now = performance.now();
    if (now - reportedAt < 200) return;
    reportedAt = now;
    post({ type: 'exported', handle, rows });
  };
}

function eventsOf(handle: string): RunEvents {
  return {
    onProgress: progress => {
      post({ type: 'progress', handle, progress });
    },
    onFirstRows: (head, progress) => {
      post({ type: 'firstRows', handle, head, progress });
    },
  };
}
