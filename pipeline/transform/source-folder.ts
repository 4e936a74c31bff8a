import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folder of a pipeline file, as far as a transform may see it. Files are named relative to it, with `/`. */
export interface SourceFolder {
  has(file: string): Promise<boolean>;
  read(file: string): Promise<{ readonly text: string } | { readonly fault: string }>;
}

const MAX_FILE_BYTES = 1024 * 1024;

/** A folder on disk. What is outside of it cannot be read, neither by its name nor through a link. */
export function openSourceFolder(folder: string): SourceFolder {
  const locate = async (
    file: string,
  ): Promise<{ readonly location: string } | { readonly fault: string }> => {
    if (!isInside(file)) return { fault: 'It is not in the folder of the pipeline file.' };
    try {
      const root = await realpath(folder);
      const location = await realpath(path.join(root, file));
      if (!location.startsWith(root.endsWith(path.sep) ? root : root + path.sep))
        return { fault: 'It is a link that leads out of the folder of the pipeline file.' };
      const found = await stat(location);
      if (!found.isFile()) return { fault: 'It is no file.' };
      return found.size > MAX_FILE_BYTES ? { fault: 'It is larger than 1 MB.' } : { location };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { fault: code === 'ENOENT' ? 'There is no such file.' : message };
    }
  };
  return {
    has: async file => 'location' in (await locate(file)),
    read: async file => {
      const found = await locate(file);
      return 'fault' in found ? found : { text: await readFile(found.location, 'utf8') };
    },
  };
}

/** Whether a path with `/` stays below the folder it is relative to, on every system. */
export function isInside(file: string): boolean {
  const steps = path.posix.normalize(file).split('/');
  return file !== '' && !file.startsWith('/') && !/[\\:\0]/.test(file) && !steps.includes('..');
}
