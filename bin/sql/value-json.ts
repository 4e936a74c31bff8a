import type { TrinoType, TrinoValue } from '../../catalog/trino/client.ts';
import { valueText } from '../../catalog/trino/value-text.ts';

/**
 * A value as JSON text. BIGINT keeps all its digits as a number, DECIMAL and times are strings, bytes are base64, NaN and the
 * infinities are strings, rows and maps are objects.
 */
export function valueToJson(type: TrinoType, value: TrinoValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? numberToText(value) : `"${value}"`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const items = value;
  const inner = (index: number): TrinoType => type.arguments[index]?.type ?? UNKNOWN;
  if (type.name === 'map') {
    const pairs = items as readonly (readonly TrinoValue[])[];
    return `{${pairs.map(([key, item]) => `${JSON.stringify(valueText(key ?? null, inner(0)))}:${valueToJson(inner(1), item ?? null)}`).join(',')}}`;
  }
  if (type.name === 'row') {
    const names = uniqueNames(type.arguments.map((argument, index) => argument.name ?? `field${index}`));
    return `{${items.map((item, index) => `${JSON.stringify(names[index])}:${valueToJson(inner(index), item)}`).join(',')}}`;
  }
  return `[${items.map(item => valueToJson(inner(0), item)).join(',')}]`;
}

/** Column names made different from each other, as the members of an object must be: `a`, `a_2`. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map(name => {
    let unique = name;
    for (let count = 2; used.has(unique); count += 1) unique = `${name}_${count}`;
    used.add(unique);
    return unique;
  });
}

const UNKNOWN: TrinoType = { name: 'unknown', text: 'unknown', arguments: [] };

function numberToText(value: number): string {
  return Object.is(value, -0) ? '-0' : `${value}`;
}
