import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStoreEndpoint } from './endpoints.ts';
import { storeError } from './storage-error.ts';

/** Objects by URI (`s3://bucket/key`, also `s3a:` and `s3n:`). Every failure is an ObjectStoreError. */
export interface ObjectStore {
  get(uri: string, options?: CallOptions): Promise<Uint8Array>;
  /** `length` bytes from `start`; fewer where the object ends before. */
  getRange(uri: string, range: ByteRange, options?: CallOptions): Promise<Uint8Array>;
  /** The last `length` bytes, or the whole object where it is shorter, and the size of the object. */
  getTail(uri: string, length: number, options?: CallOptions): Promise<ObjectTail>;
  put(uri: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(uri: string, options?: CallOptions): Promise<void>;
  /** Undefined when there is no such object. */
  head(uri: string, options?: CallOptions): Promise<ObjectInfo | undefined>;
  /** Everything whose URI starts with `prefix`, in key order, page by page. */
  list(prefix: string, options?: CallOptions): AsyncIterable<ObjectInfo>;
}

/** What every call takes; an abort ends it with the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How an object is written. */
export interface PutOptions extends CallOptions {
  readonly contentType?: string;
  /** Refuse with `exists` instead of replacing an object. */
  readonly ifNoneMatch?: '*';
}

/** A stretch of an object, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** The end of an object, and the size of the whole in bytes. */
export interface ObjectTail {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** What a store says of an object without its bytes. */
export interface ObjectInfo {
  readonly uri: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified?: Date;
}

const CONNECTION_TIMEOUT_MS = 5_000;
const SILENCE_TIMEOUT_MS = 30_000;

/** An S3 client for the endpoint of a lakehouse. Call `destroy()` on it when it is no longer needed. A store that says nothing for `silenceMs` does not answer. */
export function createS3Client(
  endpoint: ObjectStoreEndpoint,
  { silenceMs = SILENCE_TIMEOUT_MS }: { readonly silenceMs?: number | undefined } = {},
): S3Client {
  return new S3Client({
    endpoint: endpoint.endpoint,
    region: endpoint.region,
    forcePathStyle: true,
    credentials: { accessKeyId: endpoint.accessKeyId, secretAccessKey: endpoint.secretAccessKey },
    // A store that takes a connection and then says nothing must not hold its callers for ever.
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: silenceMs },
    // Trailing checksums are newer than several of the stores that speak S3.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** An object store over an S3 client, which stays the caller's. */
export function createObjectStore(client: S3Client): ObjectStore {
  const getBytes = async (uri: string, range: string | undefined, options?: CallOptions) => {
    const answer = await call('read', uri, () =>
      client.send(
        new GetObjectCommand({ ...locate(uri), ...(range === undefined ? {} : { Range: range }) }),
        abort(options),
      ),
    );
    const bytes = await call(
      'read',
      uri,
      async () => (await answer.Body?.transformToByteArray()) ?? new Uint8Array(),
    );
    return { bytes, contentRange: answer.ContentRange };
  };
  return {
    get: async (uri, options) => (await getBytes(uri, undefined, options)).bytes,
    getRange: async (uri, { start, length }, options) =>
      length === 0
        ? new Uint8Array()
        : (await getBytes(uri, `bytes=${start}-${start + length - 1}`, options)).bytes,
    getTail: async (uri, length, options) => {
      const { bytes, contentRange } = await getBytes(uri, `bytes=-${length}`, options);
      return { bytes, size: sizeOfRange(contentRange) ?? bytes.length };
    },
    put: async (uri, bytes, options) => {
      const command = new PutObjectCommand({
        ...locate(uri),
        Body: bytes,
        ContentLength: bytes.length,
        ContentType: options?.contentType,
        IfNoneMatch: options?.ifNoneMatch,
      });
      await call('write', uri, () => client.send(command, abort(options)));
    },
    delete: async (uri, options) => {
      await call('delete', uri, () => client.send(new DeleteObjectCommand(locate(uri)), abort(options)));
    },
    head: (uri, options) => headObject(client, uri, options),
    list: (prefix, options) => listObjects(client, prefix, options),
  };
}

/** Splits `s3://bucket/key`. Throws ObjectStoreError `badUri` for anything else. */
export function parseObjectUri(uri: string): { readonly bucket: string; readonly key: string } {
  const match = /^s3[an]?:\/\/([^/]+)\/(.*)$/s.exec(uri);
  if (match?.[1] === undefined || match[2] === undefined) throw storeError('read', uri, 'badUri');
  return { bucket: match[1], key: match[2] };
}

async function headObject(
  client: S3Client,
  uri: string,
  options?: CallOptions,
): Promise<ObjectInfo | undefined> {
  try {
    const answer = await client.send(new HeadObjectCommand(locate(uri)), abort(options));
    return objectInfo(uri, answer.ContentLength, answer.LastModified);
  } catch (error) {
    const failure = storeError('read', uri, error);
    if (failure.code === 'notFound') return undefined;
    throw failure;
  }
}

async function* listObjects(
  client: S3Client,
  prefix: string,
  options?: CallOptions,
): AsyncGenerator<ObjectInfo> {
  const { bucket, key } = parseObjectUri(prefix);
  const scheme = prefix.slice(0, prefix.indexOf('://'));
  try {
    for await (const page of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: key },
      abort(options),
    )) {
      for (const item of page.Contents ?? []) {
        yield objectInfo(`${scheme}://${bucket}/${item.Key ?? ''}`, item.Size, item.LastModified);
      }
    }
  } catch (error) {
    throw storeError('list', prefix, error);
  }
}

async function call<T>(action: 'read' | 'write' | 'delete', uri: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw storeError(action, uri, error);
  }
}

function locate(uri: string): { readonly Bucket: string; readonly Key: string } {
  const { bucket, key } = parseObjectUri(uri);
  return { Bucket: bucket, Key: key };
}

function abort(options: CallOptions | undefined): { abortSignal?: AbortSignal } {
  return options?.signal === undefined ? {} : { abortSignal: options.signal };
}

function objectInfo(uri: string, size: number | undefined, lastModified: Date | undefined): ObjectInfo {
  return { uri, size: size ?? 0, ...(lastModified === undefined ? {} : { lastModified }) };
}

/** The total of `bytes 5-9/10`. */
function sizeOfRange(contentRange: string | undefined): number | undefined {
  const total = contentRange?.split('/')[1];
  return total === undefined || total === '*' ? undefined : Number(total);
}
