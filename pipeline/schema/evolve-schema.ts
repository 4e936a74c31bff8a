import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { assignFieldIds, childFields, highestFieldId, indexFields } from '../../catalog/iceberg/schema.ts';
import {
  type IcebergType,
  isPrimitive,
  isPromotion,
  type NestedField,
  type PrimitiveType,
  typeToText,
} from '../../catalog/iceberg/types.ts';
import { type DriftChange, pathToText } from './drift.ts';
import { nameMisfit } from './shape-type.ts';

/** What became of changes that records ask for. */
export interface Evolution {
  /** Undefined where nothing was to be changed. */
  readonly metadata: TableMetadata | undefined;
  readonly made: readonly DriftChange[];
  /** Changes that the table cannot take, with the reason for people. Those that it has already are in neither list. */
  readonly refused: readonly { readonly change: DriftChange; readonly reason: string }[];
}

/**
 * Changes the columns of a table in the ways that the specification allows without rewriting a file ("Schema Evolution",
 * format version 2): new optional fields at the end of their struct, promotions, and required fields that become optional. A
 * field id is never given twice, also when its column was dropped long ago. `maxColumns` counts nested fields, too.
 */
export function evolveSchema(
  base: TableMetadata,
  changes: readonly DriftChange[],
  { maxColumns, now }: { readonly maxColumns: number; readonly now: number },
): Evolution {
  const schema = currentSchema(base);
  const identifiers = new Set(schema.identifierFieldIds ?? []);
  let { fields } = schema;
  // A foreign writer may have counted wrongly, and a dropped column's id must stay dead.
  let lastId = Math.max(base.lastColumnId, ...base.schemas.map(known => highestFieldId(known.fields)));
  const made: DriftChange[] = [];
  const refused: { readonly change: DriftChange; readonly reason: string }[] = [];
  for (const change of changes) {
    const step = changeFields(fields, change, { lastId, identifiers });
    const isTooMany = change.kind === 'add' && 'fields' in step && countFields(step.fields) > maxColumns;
    if (isTooMany) refused.push({ change, reason: tooManyColumns(maxColumns) });
    else if ('reason' in step) refused.push({ change, reason: step.reason });
    else if (step.fields !== fields) {
      ({ fields, lastId } = step);
      made.push(change);
    }
  }
  if (made.length === 0) return { metadata: undefined, made, refused };
  const schemaId = Math.max(...base.schemas.map(known => known.schemaId)) + 1;
  const metadata = {
    ...base,
    lastUpdatedMs: Math.max(now, base.lastUpdatedMs + 1),
    lastColumnId: lastId,
    currentSchemaId: schemaId,
    schemas: [...base.schemas, { ...schema, schemaId, fields }],
  };
  return { metadata, made, refused };
}

/** Why a table that has as many columns as it may have takes no more. */
export function tooManyColumns(maxColumns: number): string {
  return `the table may have ${maxColumns.toLocaleString('en')} columns (drift.maxColumns)`;
}

/** All fields of a table, nested ones too: what `maxColumns` limits. */
export function countFields(fields: readonly NestedField[]): number {
  return indexFields(fields).size;
}

interface Known {
  readonly lastId: number;
  readonly identifiers: ReadonlySet<number>;
}

/** The fields after a change (the same array where they have it already), or why they cannot have it. */
type Step =
  { readonly fields: readonly NestedField[]; readonly lastId: number } | { readonly reason: string };

function changeFields(fields: readonly NestedField[], change: DriftChange, known: Known): Step {
  let { lastId } = known;
  const refusal = { reason: '' };
  const refuse = (reason: string): undefined => {
    refusal.reason = reason;
    return undefined;
  };
  const changed =
    change.kind === 'add'
      ? changeMembers(fields, change.path.slice(0, -1), members => {
          const added = addMember(members, change.path.at(-1) ?? '', change.type);
          if (typeof added === 'string') return refuse(added);
          if (added === undefined) return members;
          const numbered = assignFieldIds([added], lastId);
          ({ lastId } = numbered);
          return [...members, ...numbered.fields];
        })
      : changeField(fields, change.path, field => {
          const next =
            change.kind === 'widen'
              ? widen(field, change.type)
              : makeOptional(field, known.identifiers, change.path);
          return typeof next === 'string' ? refuse(next) : next;
        });
  if (changed !== undefined) return { fields: changed, lastId };
  return {
    reason: refusal.reason || `the table has no place ${pathToText(change.path)} that could be changed`,
  };
}

/** The new member, undefined where it is there already, or why it cannot be. */
function addMember(
  members: readonly NestedField[],
  name: string,
  type: IcebergType,
): NestedField | string | undefined {
  if (members.some(member => member.name === name)) return undefined;
  const same = members.find(member => member.name.toLowerCase() === name.toLowerCase());
  return nameMisfit(name, same?.name) ?? { id: 0, name, required: false, type };
}

function widen(field: NestedField, to: PrimitiveType): NestedField | string {
  const { type } = field;
  if (!isPrimitive(type)) return `${field.name} is ${typeToText(type)}`;
  if (isPromotion(type, to)) return { ...field, type: to };
  if (isPromotion(to, type) || typeToText(to) === typeToText(type)) return field;
  return `${typeToText(type)} cannot become ${typeToText(to)}`;
}

function makeOptional(
  field: NestedField,
  identifiers: ReadonlySet<number>,
  path: readonly string[],
): NestedField | string {
  if (!field.required) return field;
  // Specification, "Identifier Field IDs": such fields are required, and so is every struct around them.
  if ([...indexFields([field]).keys()].some(id => identifiers.has(id)))
    return `${pathToText(path)} is part of what identifies a row`;
  return { ...field, required: false };
}

/** Replaces the members of the struct at `path`; undefined where there is none, or where `change` refuses. */
function changeMembers(
  fields: readonly NestedField[],
  path: readonly string[],
  change: (members: readonly NestedField[]) => readonly NestedField[] | undefined,
): readonly NestedField[] | undefined {
  if (path.length === 0) return change(fields);
  return changeField(fields, path, field => {
    if (field.type.kind !== 'struct') return undefined;
    const members = change(field.type.fields);
    if (members === undefined || members === field.type.fields) return members && field;
    return { ...field, type: { ...field.type, fields: members } };
  });
}

/** Replaces one field; undefined where it is not there, or where `change` refuses. */
function changeField(
  fields: readonly NestedField[],
  [name, ...inner]: readonly string[],
  change: (field: NestedField) => NestedField | undefined,
): readonly NestedField[] | undefined {
  const index = fields.findIndex(field => field.name === name);
  const field = fields[index];
  if (field === undefined) return undefined;
  const next = inner.length === 0 ? change(field) : changeInside(field, inner, change);
  if (next === undefined || next === field) return next && fields;
  return fields.with(index, next);
}

function changeInside(
  field: NestedField,
  path: readonly string[],
  change: (field: NestedField) => NestedField | undefined,
): NestedField | undefined {
  const children = childFields(field.type);
  const isKey = field.type.kind === 'map' && path[0] === 'key';
  const changed = isKey ? undefined : changeField(children, path, change);
  if (changed === undefined || changed.every((child, index) => isSame(child, children[index])))
    return changed && field;
  return { ...field, type: withChildren(field.type, changed) };
}

function isSame(a: NestedField, b: NestedField | undefined): boolean {
  return a.type === b?.type && a.required === b.required;
}

/** A nested type with other fields inside, in the order of {@link childFields}. */
function withChildren(type: IcebergType, children: readonly NestedField[]): IcebergType {
  const [first, second] = children;
  if (type.kind === 'struct') return { ...type, fields: children };
  if (type.kind === 'list' && first !== undefined)
    return { ...type, element: first.type, elementRequired: first.required };
  if (type.kind === 'map' && first !== undefined && second !== undefined)
    return { ...type, key: first.type, value: second.type, valueRequired: second.required };
  return type;
}
