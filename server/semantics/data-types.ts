import type { DataType, NumberLiteral } from '../sql/index.ts';
import { arrayOf, mapOf, rowOf, simpleType, type SqlType, UNKNOWN } from './sql-type.ts';

/** The type that a statement writes. */
export function typeOfNode(node: DataType): SqlType {
  switch (node.kind) {
    case 'SimpleType':
      return simpleTypeOf(node);
    case 'DateTimeType': {
      const base = node.withTimeZone === true ? `${node.base} with time zone` : node.base;
      const precision = node.precision === null ? [] : [argumentOf(node.precision)];
      return { base, args: precision };
    }
    case 'IntervalType':
      return simpleType(
        node.from.field === 'YEAR' || node.from.field === 'MONTH'
          ? 'interval year to month'
          : 'interval day to second',
      );
    case 'RowType':
      return rowOf(
        node.fields.map(field => ({ name: field.name?.name ?? '', type: typeOfNode(field.type) })),
      );
    case 'ArrayType':
      return arrayOf(typeOfNode(node.element));
    case 'MapType':
      return mapOf(typeOfNode(node.key), typeOfNode(node.value));
    case 'Missing':
      return UNKNOWN;
  }
}

function simpleTypeOf(node: DataType & { readonly kind: 'SimpleType' }): SqlType {
  const { base } = simpleType(node.name.name);
  if (node.args.length === 0) return simpleType(node.name.name);
  return { base, args: node.args.map(argumentOf) };
}

function argumentOf(node: DataType | NumberLiteral): SqlType | number {
  return node.kind === 'NumberLiteral' ? Number(node.text.replaceAll('_', '')) : typeOfNode(node);
}
