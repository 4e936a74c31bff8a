/** `npm run package`: builds the extension and packs it into lakehouse-<version>.vsix. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './bundle-layout.ts';
import { packageExtension } from './vsix.ts';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
const { file, bytes } = await packageExtension(path.join(ROOT, `lakehouse-${manifest.version}.vsix`));
console.log(`${file}: ${(bytes / 1e6).toFixed(2)} MB`);
