import type { TrinoType } from './types.ts';

/**
 * One value of a result. By type: boolean → boolean; tinyint, smallint, integer → number; bigint → bigint; real, double →
 * number (NaN, ±Infinity and −0 included); decimal → its exact text; varbinary → Uint8Array; array → array; row → array of
 * its members in order; map → array of [key, value] pairs; everything else (varchar, char, dates and times with all their
 * digits, intervals, uuid, json, …) → text.
 */
export type TrinoValue = null | boolean | number | bigint | string | Uint8Array | readonly TrinoValue[];

/** Turns a value of the protocol's JSON into the value of its type. Made once per column, used for every row. */
export type Decoder = (value: unknown) => TrinoValue;

/** The decoder of a column's type. Null stays null. */
export function decoderOf(type: TrinoType): Decoder {
  const decode = decoderOfPresent(type);
  return value => (value === null || value === undefined ? null : decode(value));
}

function decoderOfPresent(type: TrinoType): Decoder {
  switch (type.name) {
    case 'bigint':
      return value => BigInt(value as number | string);
    case 'real':
    case 'double':
      // NaN and the infinities have no JSON form and come as text.
      return value => (typeof value === 'number' ? value : Number(value));
    case 'tinyint':
    case 'smallint':
    case 'integer':
      return value => Number(value);
    case 'varbinary':
      return value => new Uint8Array(Buffer.from(value as string, 'base64'));
    case 'array': {
      const decode = argumentDecoder(type, 0);
      return value => (value as unknown[]).map(decode);
    }
    case 'map': {
      const [decodeKey, decodeValue] = [keyDecoder(type), argumentDecoder(type, 1)];
      return value =>
        Object.entries(value as Record<string, unknown>).map(([key, item]) => [
          decodeKey(key),
          decodeValue(item),
        ]);
    }
    case 'row': {
      const decoders = type.arguments.map(argument => decoderOf(argument.type));
      return value => (value as unknown[]).map((item, index) => decoders[index]?.(item) ?? null);
    }
    default:
      return value => value as TrinoValue;
  }
}

function argumentDecoder(type: TrinoType, index: number): Decoder {
  const argument = type.arguments[index];
  return argument === undefined ? value => value as TrinoValue : decoderOf(argument.type);
}

/**
 * The keys of a JSON object are always text; those that are not text in SQL are brought to their usual form. Arrays, rows and
 * maps as keys stay the text that Java makes of them.
 */
function keyDecoder(type: TrinoType): (key: string) => TrinoValue {
  const name = type.arguments[0]?.type.name ?? '';
  if (name === 'array' || name === 'row' || name === 'map') return key => key;
  const decode = argumentDecoder(type, 0);
  return name === 'boolean' ? key => key === 'true' : key => decode(key);
}
