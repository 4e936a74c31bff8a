import { isMap, type Node } from 'yaml';
import type { AvroSchemas } from '../avro/avro-format.ts';
import { parseAvroSchema } from '../avro/avro-type.ts';
import type { SourceConfig, SourceFormat } from '../config.ts';
import { isUnreadableTopic, unreadableTopic } from '../topic-partition.ts';
import { type CsvDialect, DEFAULT_CSV } from '../rows/csv-format.ts';
import { items, readChoice, readMapping, readText, textOf, type YamlReader } from './yaml-reader.ts';

/** Reads a file by its path relative to the pipeline file. Throws where that cannot be done. */
export type ReadNearby = (path: string) => string;

type Members = ReadonlyMap<string, Node | null>;

/** What only one of the formats has. */
const FORMAT_MEMBERS = { json: [], avro: ['registry', 'avroSchema'], csv: ['csv'] } as const;
const FORMATS = ['json', 'avro', 'csv'] as const;

export function readSource(
  reader: YamlReader,
  node: Node | null | undefined,
  readNearby: ReadNearby | undefined,
): SourceConfig | undefined {
  if (node === undefined) return undefined;
  const known = ['topic', 'topics', 'format', 'start', ...Object.values(FORMAT_MEMBERS).flat()];
  const members = readMapping(reader, node, known, 'source');
  if (!isMap(node)) return undefined;
  const topics = readTopics(reader, node, members);
  const format = readFormat(reader, node, { members, readNearby });
  const start = members.has('start')
    ? readChoice(reader, members.get('start'), ['earliest', 'latest'] as const, 'source.start')
    : 'earliest';
  return topics === undefined || format === undefined || start === undefined
    ? undefined
    : { topics, ...format, start };
}

function readFormat(
  reader: YamlReader,
  source: Node,
  { members, readNearby }: { readonly members: Members; readonly readNearby: ReadNearby | undefined },
): SourceFormat | undefined {
  const format = members.has('format')
    ? readChoice(reader, members.get('format'), FORMATS, 'source.format')
    : 'json';
  if (format === undefined) return undefined;
  for (const [owner, names] of Object.entries(FORMAT_MEMBERS)) {
    for (const name of names)
      if (owner !== format && members.has(name))
        reader.fault(members.get(name), `source.${name} is only for source.format: ${owner}.`);
  }
  switch (format) {
    case 'json':
      return { format };
    case 'avro': {
      const schemas = readAvroSchemas(reader, source, { members, readNearby });
      return schemas && { format, schemas };
    }
    case 'csv': {
      const csv = readCsv(reader, source, members);
      return csv && { format, csv };
    }
  }
}

function readAvroSchemas(
  reader: YamlReader,
  source: Node,
  { members, readNearby }: { readonly members: Members; readonly readNearby: ReadNearby | undefined },
): AvroSchemas | undefined {
  if (members.has('registry') === members.has('avroSchema')) {
    reader.fault(
      source,
      members.has('registry')
        ? 'Give source.registry or source.avroSchema, not both.'
        : 'source.format: avro needs source.registry: { url: http://… }, or source.avroSchema: the file of a schema.',
    );
    return undefined;
  }
  if (members.has('registry')) return readRegistry(reader, members.get('registry'));
  const node = members.get('avroSchema');
  const path = readText(reader, node, 'source.avroSchema');
  if (path === undefined) return undefined;
  try {
    if (readNearby === undefined) throw new Error('files beside the pipeline file are not read here.');
    const schema = readNearby(path);
    parseAvroSchema(schema);
    return { kind: 'fixed', schema };
  } catch (error) {
    reader.fault(node, `source.avroSchema ${path}: ${(error as Error).message}`);
    return undefined;
  }
}

function readRegistry(reader: YamlReader, node: Node | null | undefined): AvroSchemas | undefined {
  const members = readMapping(reader, node, ['url', 'subject'], 'source.registry');
  if (!isMap(node)) return undefined;
  if (!members.has('url')) {
    reader.fault(node, 'source.registry.url is missing, e.g. http://127.0.0.1:8081.');
    return undefined;
  }
  const url = readRegistryUrl(reader, members.get('url'));
  const subject = members.has('subject')
    ? readText(reader, members.get('subject'), 'source.registry.subject')
    : undefined;
  return url === undefined
    ? undefined
    : { kind: 'registry', url, ...(subject === undefined ? {} : { subject }) };
}

function readRegistryUrl(reader: YamlReader, node: Node | null | undefined): string | undefined {
  const text = textOf(node) ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    reader.fault(node, 'source.registry.url must be an http or https address, e.g. http://127.0.0.1:8081.');
    return undefined;
  }
  if (url.username === '' && url.password === '') return text;
  // The message must not repeat what should not stand there.
  reader.fault(
    node,
    'source.registry.url must not hold a login: set LAKEHOUSE_REGISTRY_USERNAME and LAKEHOUSE_REGISTRY_PASSWORD, or LAKEHOUSE_REGISTRY_TOKEN.',
  );
  return undefined;
}

function readCsv(reader: YamlReader, source: Node, members: Members): CsvDialect | undefined {
  if (!members.has('csv')) {
    reader.fault(source, 'source.format: csv needs source.csv: { columns: [names, …] }.');
    return undefined;
  }
  const node = members.get('csv');
  const settings = readMapping(reader, node, ['columns', 'delimiter', 'header', 'nullText'], 'source.csv');
  if (!isMap(node)) return undefined;
  const header = settings.has('header')
    ? readChoice(reader, settings.get('header'), ['true', 'false'] as const, 'source.csv.header') === 'true'
    : DEFAULT_CSV.header;
  if (header === settings.has('columns')) {
    reader.fault(
      node,
      header
        ? 'Give source.csv.columns, or header: true where every message begins with its own header, not both.'
        : 'source.csv.columns is missing: the names of the columns in their order.',
    );
    return undefined;
  }
  const columns = settings.has('columns') ? readNames(reader, settings.get('columns')) : [];
  const delimiter = settings.has('delimiter')
    ? readDelimiter(reader, settings.get('delimiter'))
    : DEFAULT_CSV.delimiter;
  const nullText = settings.has('nullText') ? textOf(settings.get('nullText')) : DEFAULT_CSV.nullText;
  if (nullText === undefined) reader.fault(settings.get('nullText'), 'source.csv.nullText must be a text.');
  return columns === undefined || delimiter === undefined || nullText === undefined
    ? undefined
    : { columns, delimiter, header, nullText };
}

function readNames(reader: YamlReader, node: Node | null | undefined): readonly string[] | undefined {
  const names = items(node)?.map(textOf) ?? [];
  if (names.length === 0 || names.some(name => name === undefined || name === '')) {
    reader.fault(node, 'source.csv.columns must be a list of names, e.g. [id, price].');
    return undefined;
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    reader.fault(node, `source.csv.columns names the column ${JSON.stringify(twice)} twice.`);
  return names as string[];
}

function readDelimiter(reader: YamlReader, node: Node | null | undefined): string | undefined {
  const text = textOf(node);
  if (text?.length === 1 && !/["\r\n]/.test(text)) return text;
  reader.fault(node, 'source.csv.delimiter must be one character, e.g. ";" or "\\t".');
  return undefined;
}

/** `topic: name`, or `topics: [name, …]`. */
function readTopics(
  reader: YamlReader,
  source: Node,
  members: ReadonlyMap<string, Node | null>,
): readonly string[] | undefined {
  if (members.has('topic') === members.has('topics')) {
    reader.fault(
      source,
      members.has('topic') ? 'Give source.topic or source.topics, not both.' : 'source.topic is missing.',
    );
    return undefined;
  }
  const name = members.has('topic') ? 'topic' : 'topics';
  const node = members.get(name);
  const listed = name === 'topic' ? [readText(reader, node, 'source.topic')] : items(node)?.map(textOf);
  if (listed === undefined || listed.length === 0) {
    reader.fault(node, 'source.topics must be a list of topics, e.g. [orders, returns].');
    return undefined;
  }
  const topics = listed.filter(topic => topic !== undefined);
  if (topics.length < listed.length && name === 'topic') return undefined;
  if (topics.length < listed.length || topics.some(topic => !/^[A-Za-z0-9._-]{1,249}$/.test(topic))) {
    reader.fault(node, `source.${name} must be letters, digits, dot, - and _, at most 249 of them.`);
    return undefined;
  }
  const odd = topics.find(isUnreadableTopic);
  if (odd !== undefined) {
    reader.fault(node, unreadableTopic(odd));
    return undefined;
  }
  if (new Set(topics).size < topics.length) reader.fault(node, 'source.topics names a topic twice.');
  return topics;
}
