import { type JsonObject, type JsonValue, optional, readArray, readObject, readString } from '../json.ts';

/** A Trino type with what it is made of. `text` is the type as SQL writes it, e.g. `timestamp(6) with time zone`. */
export interface TrinoType {
  /** The name without parameters, e.g. `timestamp with time zone`, `row`. */
  readonly name: string;
  readonly text: string;
  /** Element of an array; key and value of a map; members of a row. */
  readonly arguments: readonly TrinoTypeArgument[];
}

export interface TrinoTypeArgument {
  /** The name of a row's member; absent where it has none, and for arrays and maps. */
  readonly name?: string;
  readonly type: TrinoType;
}

/** A column of a result. */
export interface TrinoColumn {
  readonly name: string;
  readonly type: TrinoType;
}

/** Reads the `columns` of an answer: the tree of `typeSignature`, and the text of `type`. */
export function parseColumn(value: JsonValue): TrinoColumn {
  const raw = readObject(value, 'column');
  const signature = optional(raw['typeSignature'], 'typeSignature', readObject);
  const text = readString(raw['type'], 'column.type');
  const type =
    signature === undefined ? { name: text, text, arguments: [] } : parseSignature(signature, text);
  return { name: readString(raw['name'], 'column.name'), type };
}

function parseSignature(raw: JsonObject, text?: string): TrinoType {
  const name = readString(raw['rawType'], 'rawType');
  const parsed = (optional(raw['arguments'], 'arguments', readArray) ?? []).map(parseArgument);
  const types = parsed.filter(argument => typeof argument !== 'string');
  return { name, text: text ?? signatureText(name, parsed), arguments: types };
}

/** An argument is a type, a named type, or a number (a length, a precision), which comes as text here. */
function parseArgument(value: JsonValue): TrinoTypeArgument | string {
  const raw = readObject(value, 'type argument');
  switch (raw['kind']) {
    case 'TYPE':
      return { type: parseSignature(readObject(raw['value'], 'type argument')) };
    case 'NAMED_TYPE': {
      const named = readObject(raw['value'], 'named type');
      const fieldName = optional(named['fieldName'], 'fieldName', readObject);
      const type = parseSignature(readObject(named['typeSignature'], 'typeSignature'));
      return fieldName === undefined
        ? { type }
        : { name: readString(fieldName['name'], 'fieldName.name'), type };
    }
    default:
      return `${raw['value'] as number | string}`;
  }
}

function signatureText(name: string, parsed: readonly (TrinoTypeArgument | string)[]): string {
  if (parsed.length === 0 || isUnbounded(name, parsed)) return name;
  const inner = parsed.map(argument => {
    if (typeof argument === 'string') return argument;
    return argument.name === undefined ? argument.type.text : `${argument.name} ${argument.type.text}`;
  });
  // The parameter of `timestamp with time zone` stands in the middle of its name.
  const space = name.indexOf(' ');
  if (space < 0) return `${name}(${inner.join(', ')})`;
  return `${name.slice(0, space)}(${inner.join(', ')})${name.slice(space)}`;
}

/** An unbounded varchar carries the largest length there is. */
function isUnbounded(name: string, parsed: readonly (TrinoTypeArgument | string)[]): boolean {
  return name === 'varchar' && parsed[0] === '2147483647';
}
