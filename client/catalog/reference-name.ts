/**
 * Why a text cannot name a new branch or tag; nothing when it can. The rules are Nessie's: a letter first, then letters,
 * digits, `-`, `_`, `.` and `/`, never `..`, no dot or slash at the end.
 */
export function checkReferenceName(name: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(name)) return `There is a branch or tag ${name} already.`;
  if (!/^[A-Za-z]/.test(name)) return 'The name must begin with a letter.';
  if (!/^[A-Za-z][A-Za-z0-9_./-]*$/.test(name))
    return 'Only letters, digits, - _ . and / may stand in the name.';
  if (name.includes('..')) return 'Two dots in a row may not stand in the name.';
  if (/[./]$/.test(name)) return 'The name must end with a letter, a digit, - or _.';
  if (/^(HEAD|DETACHED)$/.test(name) || /^[0-9a-f]{16,64}$/i.test(name))
    return 'Nessie would take this for a commit.';
  return undefined;
}
