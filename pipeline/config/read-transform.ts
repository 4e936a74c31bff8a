import type { Node } from 'yaml';
import type { TransformSetting } from '../config.ts';
import { isInside } from '../transform/source-folder.ts';
import { readText, type YamlReader } from './yaml-reader.ts';

/** `transform: ./trips.transform.ts` */
export function readTransform(
  reader: YamlReader,
  node: Node | null | undefined,
): TransformSetting | undefined {
  const file = readText(reader, node, 'transform');
  if (file === undefined) return undefined;
  if (isInside(file) && /\.m?[tj]s$/.test(file) && !file.endsWith('.d.ts')) return { file, code: undefined };
  reader.fault(
    node,
    'transform must be a TypeScript file in the folder of the pipeline file or below it, e.g. ./trips.transform.ts.',
  );
  return undefined;
}
