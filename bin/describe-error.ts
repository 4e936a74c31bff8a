/** What a person reads about an error. The system's own about files say `ENOENT` and a call; these say what is wrong. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  // Sentences of our own that were made from such an error do not begin with its code.
  if (code === undefined || path === undefined || !error.message.startsWith(code)) return error.message;
  switch (code) {
    case 'ENOENT':
      return `There is no file or folder '${path}'.`;
    case 'EACCES':
    case 'EPERM':
      return `'${path}' may not be read or written by this user.`;
    case 'EISDIR':
      return `'${path}' is a folder, and a file is needed.`;
    case 'ENOTDIR':
      return `A part of '${path}' is a file, and a folder is needed.`;
    case 'EEXIST':
      return `'${path}' is there already; nothing is overwritten.`;
    case 'ENOSPC':
      return `The disk is full: '${path}' cannot be written.`;
    default:
      return error.message;
  }
}
