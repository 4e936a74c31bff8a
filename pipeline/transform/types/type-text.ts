/** A member of an object type. */
export interface TypeMember {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
}

/** An object type on several lines, the first where it stands. */
export function objectType(members: readonly TypeMember[], indent: string): string {
  if (members.length === 0) return 'Record<string, never>';
  const inner = `${indent}  `;
  const lines = members.map(
    ({ name, isOptional, type }) => `${inner}${memberName(name)}${isOptional ? '?' : ''}: ${type};\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

/** A union without doubles, in the order in which its parts come. */
export function unionType(parts: readonly string[]): string {
  return [...new Set(parts)].join(' | ');
}

/** A type that may stand before `[]`. */
export function asElement(type: string): string {
  return / \| /.test(type) && !type.startsWith('{') ? `(${type})` : type;
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
