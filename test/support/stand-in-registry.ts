import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stand-in for a schema registry, for answers that a real one cannot be brought to. It speaks the part of Confluent's
 * protocol that reading needs: schemas by id, the versions of subjects, and the registry's own error codes.
 */
export interface StandInRegistry extends AsyncDisposable {
  readonly url: string;
  readonly schemas: Map<number, RegisteredSchema>;
  /** By `subject/version`. */
  readonly versions: Map<string, RegisteredSchema>;
  /** The paths that were asked for, with their Authorization header. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  /** Answers this instead, as long as it is set. */
  failure: { readonly status: number; readonly body: string } | undefined;
}

export interface RegisteredSchema {
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: number;
  }[];
}

export async function startStandInRegistry(): Promise<StandInRegistry> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    registry.asked.push({ path, authorization: request.headers.authorization });
    const { status, body } = registry.failure ?? answer(registry, path);
    response.writeHead(status, { 'Content-Type': 'application/vnd.schemaregistry.v1+json' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const registry: StandInRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`,
    schemas: new Map(),
    versions: new Map(),
    asked: [],
    failure: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return registry;
}

function answer(
  { schemas, versions }: Pick<StandInRegistry, 'schemas' | 'versions'>,
  path: string,
): { readonly status: number; readonly body: string } {
  const id = /^\/base\/schemas\/ids\/(\d+)$/.exec(path)?.[1];
  const version = /^\/base\/subjects\/(.+)\/versions\/(.+)$/.exec(path);
  const found = id === undefined ? versions.get(`${version?.[1]}/${version?.[2]}`) : schemas.get(Number(id));
  if (found !== undefined) return { status: 200, body: JSON.stringify({ ...found, version: 7 }) };
  const code = id === undefined ? 40401 : 40403;
  return { status: 404, body: JSON.stringify({ error_code: code, message: 'Schema not found' }) };
}
