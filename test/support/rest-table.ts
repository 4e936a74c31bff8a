import { testEndpoints } from './lakehouse.ts';

interface RestTable {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
}

/** A table as Nessie's Iceberg REST service describes it to other engines. */
export async function rest(key: readonly string[]): Promise<RestTable> {
  const table = (await getJson(await tableUrl(key))) as {
    metadata: { schemas: { fields: { name: string }[] }[] };
  };
  return {
    metadata: table.metadata,
    columns: table.metadata.schemas.at(-1)?.fields.map(field => field.name) ?? [],
  };
}

/** Sets properties of a table as another engine would, which leaves only its newest snapshot in the metadata. */
export async function changeThroughRest(
  key: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  const updates = [{ action: 'set-properties', updates: properties }];
  await getJson(await tableUrl(key), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ requirements: [], updates }),
  });
}

async function tableUrl(key: readonly string[]): Promise<string> {
  const { icebergRest } = testEndpoints();
  const config = (await getJson(`${icebergRest.uri}/v1/config`)) as {
    overrides?: { prefix?: string };
    defaults?: { prefix?: string };
  };
  const prefix = encodeURIComponent(config.overrides?.prefix ?? config.defaults?.prefix ?? 'main');
  const namespace = encodeURIComponent(key.slice(0, -1).join('\u001f'));
  return `${icebergRest.uri}/v1/${prefix}/namespaces/${namespace}/tables/${encodeURIComponent(key.at(-1) ?? '')}`;
}

async function getJson(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}
