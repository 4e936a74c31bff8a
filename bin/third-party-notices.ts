import type { Metafile } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package whose code stands in the bundles, with what its licence asks to be passed on. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says it, usually an SPDX expression. */
  readonly license: string;
  /** Its licence and notice files, one after the other; empty where the package carries none. */
  readonly text: string;
}

interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  /** How packages said it before npm knew SPDX. */
  readonly licenses?: readonly { readonly type: string }[];
}

/** The folders of the packages that put at least one byte into an output, sorted; paths are relative to `root`. */
export function packageFolders(outputs: readonly Metafile['outputs'][], root: string): string[] {
  const inputs = outputs
    .flatMap(each => Object.values(each))
    .flatMap(output => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
  const folders = inputs.flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  return [...new Set(folders.map(folder => path.resolve(root, folder)))].sort();
}

export function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageManifest;
  const { name, version, license, licenses } = manifest;
  const files = readdirSync(folder).filter(file => /^(licen[cs]e|copying|notice)([._-].*)?$/i.test(file));
  return {
    name: name ?? path.basename(folder),
    version: version ?? '',
    license: license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'not said',
    text: files
      .sort()
      .map(file => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
      .join('\n\n'),
  };
}

/** One section for each licence text, above it every package that comes under it. */
export function noticesText(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, BundledPackage[]>();
  for (const item of packages) {
    const key = item.text === '' ? item.license : item.text;
    byText.set(key, [...(byText.get(key) ?? []), item]);
  }
  const sections = [...byText].map(([text, items]) => {
    const names = items.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${'='.repeat(80)}\n${[...new Set(names)].join('\n')}\n${'-'.repeat(80)}\n${text}\n`;
  });
  return `This extension contains code of the packages below, each under its own licence.\n\n${sections.join('\n')}`;
}
