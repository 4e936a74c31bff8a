import {
  type JsonObject,
  type JsonValue,
  optional,
  readArray,
  readInt64,
  readInteger,
  readObject,
  readString,
  readStringMap,
} from '../json.ts';
import type { CommitMeta, Content, ContentKey, Operation } from './types.ts';

/** Reads `{elements: [...]}`. */
export function parseKey(value: JsonValue | undefined): ContentKey {
  const elements = readArray(readObject(value, 'key')['elements'], 'key.elements');
  return elements.map((element, index) => readString(element, `key.elements[${index}]`));
}

/**
 * The text form of a key in a query parameter: levels joined by dots, a dot inside a level as U+001D, as Nessie's API
 * defines it.
 */
export function keyToPathString(key: ContentKey): string {
  return key.map(element => element.replaceAll('.', '\u001d')).join('.');
}

export function parseContent(value: JsonValue | undefined): Content {
  const raw = readObject(value, 'content');
  const type = readString(raw['type'], 'content.type');
  const id = optional(raw['id'], 'content.id', readString);
  const identity = id === undefined ? {} : { id };
  switch (type) {
    case 'ICEBERG_TABLE':
      return {
        type,
        ...identity,
        metadataLocation: readString(raw['metadataLocation'], 'content.metadataLocation'),
        snapshotId: readInt64(raw['snapshotId'], 'content.snapshotId'),
        schemaId: readInteger(raw['schemaId'], 'content.schemaId'),
        specId: readInteger(raw['specId'], 'content.specId'),
        sortOrderId: readInteger(raw['sortOrderId'], 'content.sortOrderId'),
      };
    case 'ICEBERG_VIEW':
      return {
        type,
        ...identity,
        metadataLocation: readString(raw['metadataLocation'], 'content.metadataLocation'),
        versionId: readInt64(raw['versionId'], 'content.versionId'),
        schemaId: readInteger(raw['schemaId'], 'content.schemaId'),
      };
    case 'NAMESPACE':
      return {
        type,
        ...identity,
        elements: readArray(raw['elements'], 'content.elements').map(item => readString(item, 'element')),
        properties: optional(raw['properties'], 'content.properties', readStringMap) ?? {},
      };
    default:
      return { type: 'UNKNOWN', kind: type, ...identity, raw };
  }
}

function contentToJson(content: Content): JsonObject {
  return content.type === 'UNKNOWN' ? content.raw : { ...content };
}

export function operationToJson(operation: Operation): JsonObject {
  const key = { elements: operation.key };
  return operation.type === 'PUT'
    ? { type: 'PUT', key, content: contentToJson(operation.content) }
    : { type: operation.type, key };
}

export function parseOperation(value: JsonValue): Operation {
  const raw = readObject(value, 'operation');
  const key = parseKey(raw['key']);
  switch (raw['type']) {
    case 'PUT':
      return { type: 'PUT', key, content: parseContent(raw['content']) };
    case 'DELETE':
      return { type: 'DELETE', key };
    default:
      return { type: 'UNCHANGED', key };
  }
}

export function parseCommitMeta(value: JsonValue | undefined): CommitMeta {
  const raw = readObject(value, 'commitMeta');
  const text = (name: string): string => optional(raw[name], name, readString) ?? '';
  const texts = (name: string): string[] =>
    (optional(raw[name], name, readArray) ?? []).map(item => readString(item, name));
  return {
    hash: text('hash'),
    message: text('message'),
    committer: text('committer'),
    authors: texts('authors').filter(author => author !== ''),
    commitTime: text('commitTime'),
    authorTime: text('authorTime'),
    properties: parseCommitProperties(raw),
    parentHashes: texts('parentCommitHashes'),
  };
}

/** API v2 sends every property as a list of values; one value per name is what writers use. */
function parseCommitProperties(raw: JsonObject): Record<string, string> {
  const all = optional(raw['allProperties'], 'allProperties', readObject) ?? {};
  const pairs = Object.entries(all).map(([name, values]) => {
    const list = readArray(values, name).map(item => readString(item, name));
    return [name, list.join(', ')] as const;
  });
  return Object.fromEntries(pairs);
}
