import type { TrinoType } from './types.ts';
import type { TrinoValue } from './values.ts';

/**
 * A value of a result as people read it; SQL NULL is null. Texts, times and decimals stay as Trino wrote them, digits
 * and all; arrays, maps and rows read as in Trino's own command line.
 */
export function valueText(value: TrinoValue, type: TrinoType): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'object') return nestedText(value, type);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Whether a column of this Trino type holds numbers, which stand at the right. */
export function isNumericType(type: TrinoType): boolean {
  return NUMERIC.has(type.name);
}

const NUMERIC = new Set(['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal', 'number']);

function nestedText(values: readonly TrinoValue[], type: TrinoType): string {
  const inner = (value: TrinoValue, index: number): string => {
    const argument = type.arguments[index]?.type;
    return argument === undefined ? String(value) : (valueText(value, argument) ?? 'NULL');
  };
  switch (type.name) {
    case 'row': {
      const members = values.map((value, index) => {
        const name = type.arguments[index]?.name;
        return name === undefined ? inner(value, index) : `${name}=${inner(value, index)}`;
      });
      return `{${members.join(', ')}}`;
    }
    case 'map': {
      const pairs = values.map(pair => {
        const [key = null, value = null] = pair as readonly TrinoValue[];
        return `${inner(key, 0)}=${inner(value, 1)}`;
      });
      return `{${pairs.join(', ')}}`;
    }
    default:
      return `[${values.map(value => inner(value, 0)).join(', ')}]`;
  }
}
