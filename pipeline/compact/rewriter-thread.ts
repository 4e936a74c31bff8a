import { openThread } from '../encoder-thread.ts';
import type { FileRewriter, Rewriting } from './rewrite-files.ts';

/** A rewriter on a thread of its own, whose memory is free again when it is stopped. */
export function openRewriterThread(rewriting: Rewriting, entry: URL): FileRewriter {
  const thread = openThread({ kind: 'rewrite', rewriting }, entry);
  return {
    add: async bytes => {
      await thread.ask({ kind: 'rewrite-add', bytes }, [bytes.buffer]);
    },
    finish: async () => {
      const { files } = await thread.ask({ kind: 'rewrite-finish' }, []);
      const [file] = files;
      if (file === undefined) throw new Error('The rewriter gave no file.');
      return file;
    },
    stop: () => thread.stop(),
  };
}
