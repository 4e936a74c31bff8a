import { type JsonObject, type JsonValue, optional, readArray, readString } from '../json.ts';
import { type NessieConnection, type NessieRequest, requestNessie } from './connection.ts';

/** How a paged listing is read. */
export interface PageOptions {
  /** How many items one answer may carry; the server may send fewer. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PagedRequest<T> extends PageOptions {
  readonly path: string;
  readonly query?: NonNullable<NessieRequest['query']>;
  /** The member of the answer that holds the items. */
  readonly items: string;
  readonly parse: (item: JsonValue) => T;
  /** Called with every whole answer, for what stands beside the items. */
  readonly onPage?: (answer: JsonObject) => void;
}

/** Reads a listing page by page and yields its items; the next page is fetched only when the consumer gets that far. */
export async function* readPages<T>(
  connection: NessieConnection,
  request: PagedRequest<T>,
): AsyncGenerator<T> {
  let token: string | undefined;
  do {
    const answer = await requestNessie(connection, {
      path: request.path,
      query: { ...request.query, 'max-records': request.pageSize, 'page-token': token },
      signal: request.signal,
    });
    request.onPage?.(answer);
    for (const item of readArray(answer[request.items], request.items)) yield request.parse(item);
    token = answer['hasMore'] === true ? optional(answer['token'], 'token', readString) : undefined;
  } while (token !== undefined);
}
