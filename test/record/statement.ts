/** One row of a Trino answer, as JSON gave it. Names, types and texts only: no numbers that need more than a double. */
export type Row = readonly unknown[];

interface Page {
  readonly data?: readonly Row[];
  readonly nextUri?: string;
  readonly error?: { readonly message: string };
}

/** Runs statements on the Trino at `uri` and returns their rows; throws with Trino's message when one fails. */
export function statementRunner(uri: string): (sql: string) => Promise<Row[]> {
  const headers = { 'X-Trino-User': 'lakehouse', 'X-Trino-Source': 'lakehouse-recorder' };
  return async sql => {
    const rows: Row[] = [];
    let page = await readPage(`${uri}/v1/statement`, { method: 'POST', headers, body: sql });
    for (;;) {
      if (page.error !== undefined) throw new Error(`${page.error.message}, for: ${sql}`);
      rows.push(...(page.data ?? []));
      if (page.nextUri === undefined) return rows;
      page = await readPage(page.nextUri, { headers });
    }
  };
}

/** The version of the Trino at `uri`, for example `476`. */
export async function trinoVersion(uri: string): Promise<string> {
  const info = (await (await fetch(`${uri}/v1/info`)).json()) as { nodeVersion: { version: string } };
  return info.nodeVersion.version;
}

async function readPage(url: string, init: RequestInit): Promise<Page> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
}
