import type { NestedField } from '../../../catalog/iceberg/types.ts';
import { loadTransform } from '../../../pipeline/transform/load-transform.ts';
import { folderOf } from '../../support/transforms.ts';
import { type EncodingFloor, encodingAlone } from './floors.ts';

/** A function that looks at a member, changes one and passes the others on, for records of any shape. */
const CODE = `export const transform = (record: Record<string, unknown>, context: { readonly partition: number }) => {
  const [first] = Object.keys(record);
  return first === undefined ? undefined : { ...record, [first]: record[first], partition: context.partition };
};`;

/** Decoding, calling a function in TypeScript for every record, and encoding: the worker alone. */
export async function transformAlone(
  schema: readonly NestedField[],
  messages: readonly string[],
  rows: number,
): Promise<EncodingFloor> {
  const code = await loadTransform(folderOf({ 'bench.ts': CODE }), 'bench.ts');
  return encodingAlone(schema, messages, { rows, transform: { code, pipeline: 'bench' } });
}
