import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './bundle-layout.ts';

/** A packaged extension. */
export interface Vsix {
  readonly file: string;
  readonly bytes: number;
}

/** Builds the bundles and packs them into `file`. */
export async function packageExtension(file: string): Promise<Vsix> {
  execFileSync(process.execPath, [path.join(ROOT, 'bin', 'build.ts')], { cwd: ROOT, stdio: 'inherit' });
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({
    cwd: ROOT,
    packagePath: file,
    // The bundles hold everything: nothing of node_modules is shipped.
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return { file, bytes: statSync(file).size };
}
