import type { IcebergType, NestedField } from '../../catalog/iceberg/types.ts';
import type { AvroType } from './avro-type.ts';

/** The columns for messages of an Avro schema. Ids are 0; every column may be null, because a later schema may drop it. */
export interface AvroColumns {
  readonly fields: readonly NestedField[];
  /** What of the schema no column can hold as it is. */
  readonly remarks: readonly string[];
}

export function columnsOf(type: AvroType): AvroColumns {
  const remarks: string[] = [];
  const row = toIceberg(type, { path: '', remarks, around: [] });
  if (row?.kind === 'struct') return { fields: row.fields, remarks };
  return {
    fields: [],
    remarks: [...remarks, `The schema is ${type.kind}, not a record: its values are no rows.`],
  };
}

interface Place {
  readonly path: string;
  readonly remarks: string[];
  /** The records around, which a type inside may name again. */
  readonly around: readonly AvroType[];
}

/** Undefined, with a remark, where nothing can hold the values. */
function toIceberg(type: AvroType, place: Place): IcebergType | undefined {
  switch (type.kind) {
    case 'null':
      place.remarks.push(`${place.path} is always null: string is a guess.`);
      return { kind: 'string' };
    case 'boolean':
    case 'float':
    case 'double':
      return { kind: type.kind };
    case 'int':
      return { kind: type.logical === undefined ? 'int' : type.logical === 'date' ? 'date' : 'time' };
    case 'long':
      return longType(type.logical, place);
    case 'string':
      return { kind: type.logical ?? 'string' };
    case 'enum':
      return { kind: 'string' };
    case 'bytes':
      return type.logical === undefined ? { kind: 'binary' } : decimalType(type.logical, place);
    case 'fixed':
      if (type.logical === undefined) return { kind: 'fixed', length: type.size };
      if (type.logical === 'uuid') return { kind: 'uuid' };
      return type.logical === 'duration' ? { kind: 'string' } : decimalType(type.logical, place);
    default:
      return nestedType(type, place);
  }
}

function nestedType(
  type: Extract<AvroType, { readonly kind: 'array' | 'map' | 'union' | 'record' }>,
  place: Place,
): IcebergType | undefined {
  switch (type.kind) {
    case 'union':
      return unionType(type.branches, place);
    case 'array': {
      const element = toIceberg(type.items, { ...place, path: `${place.path}[]` });
      return element && { kind: 'list', elementId: 0, elementRequired: false, element };
    }
    case 'map': {
      const value = toIceberg(type.values, { ...place, path: `${place.path}{}` });
      const key = { kind: 'string' } as const;
      return value && { kind: 'map', keyId: 0, key, valueId: 0, valueRequired: false, value };
    }
    case 'record': {
      if (place.around.includes(type)) return leftOut(place, `holds ${type.name} again, without an end`);
      const around = [...place.around, type];
      const fields = type.fields.flatMap(field => {
        const path = place.path === '' ? field.name : `${place.path}.${field.name}`;
        const inner = toIceberg(field.type, { ...place, path, around });
        return inner === undefined ? [] : [{ id: 0, name: field.name, required: false, type: inner }];
      });
      return fields.length === 0 ? leftOut(place, 'is a record without fields') : { kind: 'struct', fields };
    }
  }
}

function leftOut({ path, remarks }: Place, why: string): undefined {
  remarks.push(`${path === '' ? 'The schema' : path} ${why}: it is left out.`);
  return undefined;
}

function longType(
  logical: Extract<AvroType, { kind: 'long' }>['logical'],
  { path, remarks }: Place,
): IcebergType {
  if (logical === undefined) return { kind: 'long' };
  if (logical === 'time-micros') return { kind: 'time' };
  if (logical.endsWith('nanos')) remarks.push(`${path} has nanoseconds: they end at the microsecond.`);
  return { kind: logical.startsWith('local-') ? 'timestamp' : 'timestamptz' };
}

const MAX_PRECISION = 38;

function decimalType(
  { precision, scale }: { readonly precision: number; readonly scale: number },
  { path, remarks }: Place,
): IcebergType {
  if (precision > MAX_PRECISION)
    remarks.push(
      `${path} has ${precision} digits: values of more than ${MAX_PRECISION} will be dead letters.`,
    );
  return {
    kind: 'decimal',
    precision: Math.min(precision, MAX_PRECISION),
    scale: Math.min(scale, MAX_PRECISION),
  };
}

function unionType(branches: readonly AvroType[], place: Place): IcebergType | undefined {
  const present = branches.filter(branch => branch.kind !== 'null');
  const [first, ...others] = present;
  if (first === undefined) return toIceberg({ kind: 'null' }, place);
  const kinds = present.map(branch =>
    toIceberg(branch, others.length === 0 ? place : { ...place, remarks: [] }),
  );
  const common = others.length === 0 ? undefined : commonNumber(kinds);
  if (common !== undefined) return { kind: common };
  const isSame = kinds.every(kind => JSON.stringify(kind) === JSON.stringify(kinds[0]));
  if (!isSame) {
    const names = others.map(branch => ('name' in branch ? branch.name : branch.kind)).join(', ');
    place.remarks.push(
      `${place.path === '' ? 'The schema' : place.path} may also be ${names}: such values will be dead letters where they do not fit.`,
    );
  }
  return others.length === 0 || isSame ? kinds[0] : toIceberg(first, place);
}

const NUMBERS = ['int', 'long', 'float', 'double'] as const;

/** The number type that holds all of some; undefined where one of them is no number. */
function commonNumber(types: readonly (IcebergType | undefined)[]): (typeof NUMBERS)[number] | undefined {
  const ranks = types.map(type => NUMBERS.indexOf(type?.kind as (typeof NUMBERS)[number]));
  if (ranks.includes(-1)) return undefined;
  // A whole number beside a float has more digits than a float holds.
  const isMixed = ranks.some(rank => rank < 2) && ranks.some(rank => rank >= 2);
  return isMixed ? 'double' : NUMBERS[Math.max(...ranks)];
}
