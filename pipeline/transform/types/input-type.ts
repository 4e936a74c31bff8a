import { looksLikeMap, mergeShapes, type Shape, type ValueKind } from '../../schema/shape.ts';
import { asElement, objectType, unionType } from './type-text.ts';

/** Digits from which on an integer may be too large for a number. */
const BIGINT_DIGITS = 16;

/** The type of what was seen at one place of records, as the function of a transform gets it. */
export function inputType(shape: Shape, indent = ''): string {
  const parts = [...shape.kinds.keys()]
    .filter(kind => kind !== 'null')
    .flatMap(kind => kindTypes(kind, shape, indent));
  // Never filled, or a list that was always empty.
  if (parts.length === 0) return shape.kinds.has('null') ? 'null' : 'unknown';
  return unionType(shape.kinds.has('null') ? [...parts, 'null'] : parts);
}

function kindTypes(kind: ValueKind, shape: Shape, indent: string): readonly string[] {
  switch (kind) {
    case 'null':
    case 'boolean':
      return [kind];
    case 'long':
      return shape.wholeDigits >= BIGINT_DIGITS ? ['number', 'bigint'] : ['number'];
    case 'double':
      return ['number'];
    case 'decimal':
      return ['number', 'bigint', 'ExactDecimal'];
    case 'binary':
      return ['Uint8Array'];
    case 'struct':
      return [structType(shape, indent)];
    case 'list':
      return [`${asElement(shape.element === undefined ? 'unknown' : inputType(shape.element, indent))}[]`];
    default:
      return ['string'];
  }
}

function structType(shape: Shape, indent: string): string {
  const { kinds, members } = shape;
  if (looksLikeMap(shape))
    return `Record<string, ${inputType(mergeShapes(members.values()), `${indent}  `)}>`;
  const objects = kinds.get('struct') ?? 0;
  return objectType(
    [...members].map(([name, member]) => ({
      name,
      isOptional: sum(member.kinds.values()) < objects,
      type: inputType(member, `${indent}  `),
    })),
    indent,
  );
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
