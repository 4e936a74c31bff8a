import type { TableProposal } from '../schema/propose.ts';
import { columnsOf } from './avro-columns.ts';
import { type AvroSchemas, schemaIdOf } from './avro-format.ts';
import { type AvroType, parseAvroSchema } from './avro-type.ts';
import { connectRegistry, RegistryError, type SchemaRegistry } from './schema-registry.ts';

export interface AvroProposalRequest {
  readonly topic: string;
  /** The first values of the topic, for where the registry has no subject of its name. */
  readonly readSample: () => Promise<readonly (Uint8Array | null)[]>;
  readonly signal?: AbortSignal;
}

/** Proposes columns of exactly the types that an Avro schema has. Throws RegistryError. */
export async function proposeFromAvro(
  schemas: AvroSchemas,
  request: AvroProposalRequest,
): Promise<TableProposal> {
  if (schemas.kind === 'fixed')
    return { ...columnsOf(parseAvroSchema(schemas.schema)), origin: 'the file of the Avro schema' };
  const registry = connectRegistry(schemas);
  const subject = schemas.subject ?? `${request.topic}-value`;
  try {
    const { type, version } = await registry.latest(subject, request.signal);
    return { ...columnsOf(type), origin: `version ${version} of ${subject} in the schema registry` };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.failure !== 'unknown' || schemas.subject !== undefined)
      throw error;
    return proposeFromSample(registry, request);
  }
}

/** Producers may name subjects as they like; what messages name is always there. */
async function proposeFromSample(
  registry: SchemaRegistry,
  { readSample, signal }: AvroProposalRequest,
): Promise<TableProposal> {
  const ids = (await readSample()).map(value => (value === null ? undefined : schemaIdOf(value)));
  const newest = Math.max(-1, ...ids.filter(id => id !== undefined));
  if (newest < 0) return { fields: [], origin: 'no record of the topic', remarks: [] };
  const type: AvroType = await registry.schemaById(newest, signal);
  return {
    ...columnsOf(type),
    origin: `schema ${newest} in the schema registry, which records of the topic name`,
  };
}
