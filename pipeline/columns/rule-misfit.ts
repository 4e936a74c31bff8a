import type { IcebergType } from '../../catalog/iceberg/types.ts';
import { type ColumnSpec, KIND, type Kind } from '../decode/column.ts';
import { defaultColumn } from '../decode/default-column.ts';
import { kindName } from '../decode/spec.ts';
import { type ColumnRule, type ColumnSource, sourceToText } from './column-rule.ts';
import { metadataType } from './filter-sources.ts';
import { formatMisfit } from './time-format.ts';

/** What of a rule does not fit its column, and why. */
export interface RuleMisfit {
  readonly part: 'from' | 'cast' | 'format' | 'default';
  readonly message: string;
}

/** The column with its rule. */
export function withRule(spec: ColumnSpec, rule: ColumnRule | undefined): ColumnSpec {
  return rule === undefined ? spec : { ...spec, rule };
}

/** Why a column cannot be made as its rule says; undefined where it can. */
export function ruleMisfit(spec: ColumnSpec): RuleMisfit | undefined {
  const { rule } = spec;
  if (rule === undefined) return undefined;
  const source = sourceMisfit(spec, rule);
  if (source !== undefined) return source;
  const format = rule.format === undefined ? undefined : formatMisfit(rule.format, nameOfKind(spec));
  if (format !== undefined) return { part: 'format', message: format };
  try {
    defaultColumn(spec);
    return undefined;
  } catch (error) {
    if (error instanceof TypeError) return { part: 'default', message: error.message };
    throw error;
  }
}

function nameOfKind(spec: ColumnSpec): string {
  return kindName(spec).replace(/[([].*/, '');
}

const TEXT_KINDS: readonly Kind[] = [KIND.string, KIND.binary];
const KINDS: Readonly<Record<Exclude<ColumnSource['kind'], 'path'>, readonly Kind[]>> = {
  topic: [KIND.string],
  partition: [KIND.int, KIND.long],
  offset: [KIND.long],
  timestamp: [KIND.timestamptz],
  key: TEXT_KINDS,
  header: TEXT_KINDS,
  headers: [KIND.map],
};

function sourceMisfit(spec: ColumnSpec, { from, cast }: ColumnRule): RuleMisfit | undefined {
  if (from.kind === 'path') return undefined;
  const text = sourceToText(from);
  const isBytes = from.kind === 'key' || from.kind === 'header';
  if (cast && !isBytes) return { part: 'cast', message: `${text} needs no cast and no format.` };
  if (from.kind === 'headers' && !isHeaderMap(spec))
    return { part: 'from', message: `${text} is a map of string to string or binary.` };
  if (KINDS[from.kind].includes(spec.kind) || (cast && isBytes && spec.children.length === 0))
    return undefined;
  const kinds = KINDS[from.kind].map(kind => NAMES.get(kind)).join(' or ');
  const hint = isBytes ? `; cast: ${kindName(spec)} reads it as such` : '';
  return {
    part: 'from',
    message: `${text} is ${kinds}, the column ${JSON.stringify(spec.name)} is ${kindName(spec)}${hint}.`,
  };
}

const NAMES: ReadonlyMap<Kind, string> = new Map(Object.entries(KIND).map(([name, kind]) => [kind, name]));

function isHeaderMap({ children: [key, value] }: ColumnSpec): boolean {
  return key?.kind === KIND.string && value !== undefined && TEXT_KINDS.includes(value.kind);
}

/** The type of a column where neither the schema nor its rule says one; undefined where nothing is known. */
export function impliedType({ from, format, type }: ColumnRule): IcebergType | undefined {
  if (type !== undefined) return type;
  const own = metadataType(from);
  if (own !== undefined || format === undefined) return own;
  const hasZone =
    format.kind === 'epoch' || format.parts.some(part => 'letter' in part && part.letter === 'X');
  return { kind: hasZone ? 'timestamptz' : 'timestamp' };
}
