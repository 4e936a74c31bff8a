import type { IcebergType, NestedField } from '../../catalog/iceberg/types.ts';
import { commonKind, createShape, looksLikeMap, mergeShapes, type Shape, type ValueKind } from './shape.ts';

export interface ShapePlace {
  /** The dotted name of the place, for remarks. */
  readonly path: string;
  /** Whether what was never filled gets a guessed type; otherwise it gets none. */
  readonly guess: boolean;
  readonly remark: (text: string) => void;
}

/** The columns, or members of a struct, that hold what was seen. Ids are 0, and everything may be null. */
export function fieldsOfShape(shape: Shape, place: ShapePlace): NestedField[] {
  const taken = new Map<string, string>();
  return [...shape.members].flatMap(([name, member]) => {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const misfit = nameMisfit(name, taken.get(name.toLowerCase()));
    if (misfit !== undefined) {
      place.remark(`${path === '' ? 'A member' : path} is left out: ${misfit}.`);
      return [];
    }
    taken.set(name.toLowerCase(), name);
    const type = typeOfShape(member, { ...place, path });
    return type === undefined ? [] : [{ id: 0, name, required: false, type }];
  });
}

const MAX_NAME_LENGTH = 255;

/** Why a member's name cannot be a column's, beside one that is the same but for case; undefined where it can. */
export function nameMisfit(name: string, sameButForCase?: string): string | undefined {
  // Trino and Spark take names without regard to case: with both columns they could read neither.
  if (sameButForCase !== undefined)
    return `it differs from ${JSON.stringify(sameButForCase)} only in upper and lower case`;
  if (name.trim() === '') return 'it has no name';
  if (name.length > MAX_NAME_LENGTH) return `its name is longer than ${MAX_NAME_LENGTH} characters`;
  return /\p{Cc}/u.test(name) || !name.isWellFormed() ? 'its name has control characters' : undefined;
}

/** The type that holds what was seen at a place; undefined where only nulls and empty lists and objects were, and nothing is to be guessed. */
export function typeOfShape(shape: Shape, place: ShapePlace): IcebergType | undefined {
  const kinds = new Map(shape.kinds);
  kinds.delete('null');
  if (kinds.size === 0) {
    if (!place.guess) return undefined;
    place.remark(`${place.path} was never filled: string is a guess.`);
    return { kind: 'string' };
  }
  const kind = commonKind(kinds);
  if (kind === undefined) {
    // What most values are; the others will be dead letters, which is better seen now than later.
    const [most, ...others] = [...kinds].sort(([, a], [, b]) => b - a);
    const chosen = most?.[0] ?? 'string';
    place.remark(
      `${place.path} is ${chosen} in ${most?.[1] ?? 0} records, but ${others.map(([other, count]) => `${other} in ${count}`).join(', ')}: those will be dead letters.`,
    );
    return toType(chosen, shape, place);
  }
  return toType(kind, shape, place);
}

function toType(kind: ValueKind, shape: Shape, place: ShapePlace): IcebergType | undefined {
  switch (kind) {
    case 'struct':
      return objectType(shape, place);
    case 'list': {
      const element = typeOfShape(shape.element ?? createShape(), { ...place, path: `${place.path}[]` });
      return element && { kind: 'list', elementId: 0, elementRequired: false, element };
    }
    case 'decimal':
      return decimalType(shape, place);
    case 'null':
      return { kind: 'string' };
    default:
      return { kind };
  }
}

const MAX_DIGITS = 38;

/** As many digits as there can be, so that larger numbers of the same scale fit later. */
function decimalType({ wholeDigits, fractionDigits }: Shape, place: ShapePlace): IcebergType {
  if (wholeDigits + fractionDigits <= MAX_DIGITS)
    return { kind: 'decimal', precision: MAX_DIGITS, scale: fractionDigits };
  place.remark(
    `${place.path} has numbers of more than ${MAX_DIGITS} digits: a double holds about 16 of them.`,
  );
  return { kind: 'double' };
}

function objectType(shape: Shape, place: ShapePlace): IcebergType | undefined {
  if (shape.members.size === 0) {
    if (!place.guess) return undefined;
    place.remark(`${place.path} was always an empty object: a map of strings is a guess.`);
    return mapOf({ kind: 'string' });
  }
  if (looksLikeMap(shape)) {
    const value = typeOfShape(mergeShapes(shape.members.values()), { ...place, path: `${place.path}{}` });
    place.remark(`${place.path} has ${shape.members.size} different keys: a map, not a struct.`);
    return value && mapOf(value);
  }
  const fields = fieldsOfShape(shape, place);
  return fields.length === 0 ? undefined : { kind: 'struct', fields };
}

function mapOf(value: IcebergType): IcebergType {
  return { kind: 'map', keyId: 0, key: { kind: 'string' }, valueId: 0, valueRequired: false, value };
}
