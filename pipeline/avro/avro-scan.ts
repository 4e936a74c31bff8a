import { isUtf8 } from 'node:buffer';
import { isMetadata } from '../columns/metadata.ts';
import type { PathStep } from '../columns/column-rule.ts';
import { type Column, writeMissing } from '../decode/column.ts';
import { isMember, type JsonDecoder } from '../decode/json-decoder.ts';
import { pathOf } from '../decode/path-tree.ts';
import { BadRecord } from '../rows/raw-record.ts';
import { compileWrite, GIVE_UP, type Write } from './avro-direct.ts';
import { advance, type AvroInput, finish, readBytes, readVarint } from './avro-input.ts';
import { compileRead } from './avro-reader.ts';
import type { AvroRecordType, AvroType } from './avro-type.ts';

/** Reads a message into a row of the decoder's columns. False: nothing was decided, ask the careful path. */
export type AvroScan = (input: AvroInput, row: number) => boolean;

/**
 * The fast path for messages of one schema: from bytes into columns, without a record in between; also into columns that are
 * renamed, come from inside other records, are converted or have defaults. Whatever does not fit makes it give up, and the
 * careful path decides and says why. Undefined where every message would need that path.
 */
export function compileAvroScan(type: AvroType, decoder: JsonDecoder): AvroScan | undefined {
  if (type.kind !== 'record') return undefined;
  const { all, watch, scanner } = decoder;
  const targets = all.flatMap(column => {
    const steps = isMetadata(column.spec) ? undefined : pathOf(column.spec);
    return steps === undefined ? [] : [{ column, steps }];
  });
  const unknown = type.fields.filter(
    ({ name }) => !targets.some(({ steps }) => steps[0] === name) && !isMember(decoder, name),
  );
  // Whoever watches for members without a column must see them, at any depth.
  if (watch !== undefined && (unknown.length > 0 || type.fields.some(isNested))) return undefined;
  for (const { name } of unknown) scanner.unknownNames.add(name);
  const write = recordWrite(type, targets);
  return (
    write &&
    ((input, row) => {
      try {
        write(input, row);
        finish(input);
        return true;
      } catch (error) {
        if (error instanceof BadRecord || error instanceof RangeError) return false;
        throw error;
      }
    })
  );
}

/** A column and what is left of its path at some place of the message. */
interface Target {
  readonly column: Column;
  readonly steps: readonly PathStep[];
}

function isNested({ type }: { readonly type: AvroType }): boolean {
  if (type.kind === 'union') return type.branches.some(branch => isNested({ type: branch }));
  return type.kind === 'record' || type.kind === 'array' || type.kind === 'map';
}

/** Undefined where a column takes something out of what is no record. */
function recordWrite(type: AvroRecordType, targets: readonly Target[]): Write | undefined {
  const writes: Write[] = [];
  for (const { name, type: inner } of type.fields) {
    const write = memberWrite(
      inner,
      targets.flatMap(({ column, steps: [first, ...steps] }) => (first === name ? [{ column, steps }] : [])),
    );
    if (write === undefined) return undefined;
    writes.push(write);
  }
  const names = new Set<PathStep>(type.fields.map(({ name }) => name));
  const missing = targets.flatMap(({ column, steps: [first] }) =>
    first !== undefined && !names.has(first) ? [column] : [],
  );
  return (input, row) => {
    for (const write of writes) write(input, row);
    fillMissing(missing, row);
  };
}

function fillMissing(columns: readonly Column[], row: number): void {
  for (const column of columns) if (!writeMissing(column, row)) throw GIVE_UP;
}

function memberWrite(type: AvroType, targets: readonly Target[]): Write | undefined {
  if (targets.length === 0) return skip(type);
  const wholes = targets.filter(({ steps }) => steps.length === 0);
  const inside = targets.filter(({ steps }) => steps.length > 0);
  const writes = wholes.map(({ column }): Write | undefined => compileWrite(type, column));
  if (inside.length > 0) writes.push(insideWrite(type, inside));
  const known = writes.filter(write => write !== undefined);
  if (known.length < writes.length) return undefined;
  const [first, ...others] = known;
  if (first === undefined || others.length === 0) return first;
  return (input, row) => {
    const { position } = input;
    for (const write of known) {
      input.position = position;
      write(input, row);
    }
  };
}

/** What lies inside a record that may be null. */
function insideWrite(type: AvroType, targets: readonly Target[]): Write | undefined {
  if (type.kind === 'record') return recordWrite(type, targets);
  if (type.kind !== 'union' || type.branches.length !== 2) return undefined;
  const nullAt = type.branches.findIndex(({ kind }) => kind === 'null');
  const record = type.branches.find(branch => branch.kind === 'record');
  const write = record && recordWrite(record, targets);
  if (nullAt < 0 || write === undefined) return undefined;
  const columns = targets.map(({ column }) => column);
  return (input, row) => {
    const branch = readVarint(input);
    if (branch === 1 - nullAt) write(input, row);
    else if (branch === nullAt) fillMissing(columns, row);
    else throw GIVE_UP;
  };
}

/** Reads what no column takes, as strictly as if one did. */
function skip(type: AvroType): Write {
  if (type.kind === 'string' && type.logical === undefined)
    return input => {
      if (!isUtf8(readBytes(input))) throw GIVE_UP;
    };
  if (type.kind === 'fixed' && type.logical === undefined) return input => void advance(input, type.size);
  if (type.kind !== 'union') return compileRead(type);
  const branches = type.branches.map(skip);
  return (input, row) => {
    const branch = branches[Number(readVarint(input))];
    if (branch === undefined) throw GIVE_UP;
    branch(input, row);
  };
}
