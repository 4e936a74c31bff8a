import { type NestedField, parsePrimitive, typeToText } from '../../catalog/iceberg/types.ts';

/** What becomes of the proposed columns, by name: another type, as Iceberg spells it, or `none` to leave the column out. */
export type ColumnChoices = ReadonlyMap<string, string>;

/** The types that a person may choose for a column, those with parameters by an example. */
export const COLUMN_TYPES: readonly string[] = [
  'string',
  'long',
  'int',
  'double',
  'float',
  'decimal(18,2)',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'binary',
];

/** The columns that a person chose. Throws for a column that is not there and for a type that cannot be written. */
export function chooseColumns(proposed: readonly NestedField[], choices: ColumnChoices): NestedField[] {
  for (const name of choices.keys()) {
    if (!proposed.some(field => field.name === name))
      throw new Error(
        `There is no column ${JSON.stringify(name)}; the file has ${proposed.map(field => JSON.stringify(field.name)).join(', ')}.`,
      );
  }
  return proposed.flatMap(field => {
    const choice = choices.get(field.name)?.trim();
    if (choice === undefined || choice === typeToText(field.type)) return [field];
    if (choice === 'none') return [];
    const type = parsePrimitive(choice);
    const isKnown = type.kind !== 'other' && type.kind !== 'timestamp_ns' && type.kind !== 'timestamptz_ns';
    const isPossible = type.kind !== 'decimal' || (type.precision <= 38 && type.scale <= type.precision);
    if (!isKnown || !isPossible)
      throw new Error(
        `${JSON.stringify(field.name)} cannot be ${JSON.stringify(choice)}: use one of ${COLUMN_TYPES.join(', ')}, or none.`,
      );
    return [{ ...field, type }];
  });
}
