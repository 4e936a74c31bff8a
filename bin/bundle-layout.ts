import type { BuildOptions, Plugin } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const DIST = path.join(ROOT, 'dist');

/** Programs that start on their own, as `name in dist` → source. A source that does not exist yet is left out. */
export const NODE_ENTRIES: Readonly<Record<string, string>> = existing({
  extension: 'client/extension.ts',
  server: 'bin/language-server.ts',
  supervisor: 'docker/supervisor/main.ts',
  'pipeline-child': 'pipeline/child.ts',
  'pipeline-worker': 'pipeline/worker.ts',
  'load-child': 'pipeline/load/child.ts',
  'catalog-worker': 'client/catalog/reading/worker.ts',
  'redrive-child': 'pipeline/redrive/child.ts',
  'try-child': 'pipeline/try/child.ts',
  'results-worker': 'client/notebook/results/worker.ts',
});

/** Every bundle as an ES module: what a start needs is small, everything else stands in chunks loaded on demand. */
export const NODE_BUNDLES: BuildOptions = {
  entryPoints: NODE_ENTRIES,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  external: ['vscode'],
  // CommonJS packages inside an ES module still ask for these.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__dirname=import.meta.dirname,__filename=import.meta.filename;",
  },
  plugins: [rewriteOwnUrls(), trimDockerClient()],
};

export const WEB_ENTRIES: Readonly<Record<string, string>> = existing({
  'notebook-renderer': 'client/notebook/renderer/main.ts',
  'webview-results': 'client/webviews/results.ts',
  'webview-results-style': 'client/webviews/results.css',
  'webview-history': 'client/webviews/history.ts',
  'webview-history-style': 'client/webviews/history.css',
  'webview-table': 'client/webviews/table.ts',
  'webview-table-style': 'client/webviews/table.css',
  'webview-compare': 'client/webviews/compare.ts',
  'webview-compare-style': 'client/webviews/compare.css',
  'webview-conflict': 'client/webviews/conflict.ts',
  'webview-conflict-style': 'client/webviews/conflict.css',
  'webview-upload': 'client/webviews/upload.ts',
  'webview-upload-style': 'client/webviews/upload.css',
});

/** Files of our own that code reads at run time: artifact descriptions, configuration templates. */
export function ownAssets(): string[] {
  const wanted = /\.(xml|properties|yaml|yml|json|css|svg|txt|py|go|mod|sum)$/;
  return ['docker', 'catalog'].flatMap(folder =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map(name => `${folder}/${name.split(path.sep).join('/')}`)
      .filter(name => wanted.test(name) && !name.endsWith('tsconfig.json')),
  );
}

/**
 * All bundles and chunks lie flat in dist/, so a module's own place is lost. This keeps the three forms in which our
 * sources name files beside them true: `new URL('./worker.ts', import.meta.url)` of an entry becomes the entry's
 * bundle, any other URL and `import.meta.dirname` become the same path below dist/.
 */
function rewriteOwnUrls(): Plugin {
  return {
    name: 'rewrite-own-urls',
    setup: build => {
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        return { contents: rewriteUrls(await readFile(file, 'utf8'), file), loader: 'ts' };
      });
    },
  };
}

/**
 * Loading dockerode takes a tenth of a second, most of it for what is never used: gRPC, by which it would build images, and
 * SSH, for engines of other machines, which docker/containers/connection.ts refuses.
 */
export function trimDockerClient(): Plugin {
  return {
    name: 'trim-docker-client',
    setup: build => {
      build.onResolve(
        { filter: /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2)$/ },
        ({ path: name, importer }) =>
          /[\\/](dockerode|docker-modem)[\\/]/.test(importer)
            ? { path: name, namespace: 'left-out' }
            : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** The source text of `file` with its own URLs rewritten for dist/. Throws when it starts a program that is no entry. */
export function rewriteUrls(source: string, file: string): string {
  const folder = path.dirname(file);
  return source
    .replace(/new URL\(\s*'([^']+)',\s*import\.meta\.url\s*,?\s*\)/g, (_, target: string) => {
      return `new URL('./${distPath(path.resolve(folder, target), file)}', import.meta.url)`;
    })
    .replace(/\bimport\.meta\.dirname\b/g, `(import.meta.dirname + '/${relative(folder)}')`);
}

function distPath(target: string, from: string): string {
  const source = relative(target);
  if (!source.endsWith('.ts')) return source;
  const entry = Object.entries(NODE_ENTRIES).find(([, entrySource]) => entrySource === source);
  if (entry === undefined) {
    throw new Error(`${relative(from)} starts ${source}, which is not an entry in bin/bundle-layout.ts.`);
  }
  return `${entry[0]}.js`;
}

function relative(file: string): string {
  return path.relative(ROOT, file).split(path.sep).join('/');
}

function existing(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter(([, source]) => existsSync(path.join(ROOT, source))),
  );
}
