import { build, type BuildOptions, context, type Metafile } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DIST, NODE_BUNDLES, NODE_ENTRIES, ownAssets, ROOT, WEB_ENTRIES } from './bundle-layout.ts';
import { noticesText, packageFolders, readPackage } from './third-party-notices.ts';

/** Webview scripts and notebook renderers: one file each, for a browser. */
const WEB_BUNDLES: BuildOptions = {
  entryPoints: WEB_ENTRIES,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
};

const { values } = parseArgs({ options: { watch: { type: 'boolean' }, dev: { type: 'boolean' } } });
const shape: BuildOptions = {
  bundle: true,
  outdir: DIST,
  absWorkingDir: ROOT,
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  minify: values.dev !== true,
  sourcemap: values.dev === true,
  // They stand in third-party-notices.txt, once each.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

if (values.watch === true) await watch();
else await buildOnce();

async function buildOnce(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  const [node, web] = await Promise.all([
    build({ ...shape, ...NODE_BUNDLES }),
    build({ ...shape, ...WEB_BUNDLES }),
  ]);
  copyAssets();
  const outputs = [node, web].flatMap(({ metafile }) => (metafile === undefined ? [] : [metafile.outputs]));
  const notices = noticesText(packageFolders(outputs, ROOT).map(readPackage));
  writeFileSync(path.join(DIST, 'third-party-notices.txt'), notices);
  report(node.metafile);
}

async function watch(): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  copyAssets();
  const contexts = await Promise.all(
    [NODE_BUNDLES, WEB_BUNDLES].map(options => context({ ...shape, ...options })),
  );
  await Promise.all(contexts.map(each => each.watch()));
  console.log('Watching. Ctrl+C ends it.');
}

/** Files that the bundles read at run time, at the same place below dist/ as below the root. */
function copyAssets(): void {
  const require = createRequire(import.meta.url);
  const wasm = path.join(path.dirname(require.resolve('parquet-wasm/node')), 'parquet_wasm_bg.wasm');
  copyFileSync(wasm, path.join(DIST, 'parquet_wasm_bg.wasm'));
  for (const asset of ownAssets()) {
    const target = path.join(DIST, asset);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(path.join(ROOT, asset), target);
  }
}

/** Prints what each entry loads at once, with the chunks it imports statically: that is its cost at start. */
function report(metafile: Metafile | undefined): void {
  if (metafile === undefined) return;
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (output.entryPoint === undefined || !(output.entryPoint in reverseEntries())) continue;
    const seen = new Set<string>();
    const visit = (name: string): number => {
      const found = metafile.outputs[name];
      if (found === undefined || seen.has(name)) return 0;
      seen.add(name);
      const imports = found.imports.filter(
        item => item.kind === 'import-statement' && item.external !== true,
      );
      return imports.reduce((sum, item) => sum + visit(item.path), found.bytes);
    };
    console.log(`${path.basename(file).padEnd(28)} ${kilobytes(visit(file))} at start`);
  }
  const total = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(path.join(DIST, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  console.log(`dist/                        ${kilobytes(total)} in all`);
}

function reverseEntries(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(NODE_ENTRIES).map(([name, source]) => [source, name]));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(6)} kB`;
}
