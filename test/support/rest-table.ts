import { testEndpoints } from './lakehouse.ts';

interface RestTable {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
}

/** A table as Nessie's Iceberg REST service describes it to other engines. */
export async function rest(key: readonly string[]): Promise<RestTable> {
  const { icebergRest } = testEndpoints();
  const config = (await getJson(`${icebergRest.uri}/v1/config`)) as {
    overrides?: { prefix?: string };
    defaults?: { prefix?: string };
  };
  const prefix = config.overrides?.prefix ?? config.defaults?.prefix ?? 'main';
  const namespace = encodeURIComponent(key.slice(0, -1).join('\u001f'));
  const name = encodeURIComponent(key.at(-1) ?? '');
  const table = (await getJson(
    `${icebergRest.uri}/v1/${encodeURIComponent(prefix)}/namespaces/${namespace}/tables/${name}`,
  )) as {
    metadata: { schemas: { fields: { name: string }[] }[] };
  };
  return {
    metadata: table.metadata,
    columns: table.metadata.schemas.at(-1)?.fields.map(field => field.name) ?? [],
  };
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}
