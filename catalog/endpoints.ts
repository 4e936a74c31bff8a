/** Where a lakehouse answers. One value of this type is all that a client of the lakehouse needs. */
export interface LakehouseEndpoints {
  /** Bootstrap addresses as `host:port`. */
  readonly kafka: { readonly brokers: readonly string[] };
  readonly objectStore: ObjectStoreEndpoint;
  readonly nessie: NessieEndpoint;
  /** Base of Nessie's Iceberg REST service, without a reference. */
  readonly icebergRest: { readonly uri: string };
  /** `catalog` is the Trino catalog that shows the default branch natively. */
  readonly trino: { readonly uri: string; readonly user: string; readonly catalog: string };
}

/** Nessie's own API, with the login where it asks for one: keep values of this type out of logs. */
export interface NessieEndpoint {
  /** Base of the API, ending in `/api/v2`. */
  readonly uri: string;
  readonly login?: NessieLogin;
}

/** Plain data, so that it can travel to a process of our own over its channel. */
export type NessieLogin =
  | { readonly kind: 'bearer'; readonly token: string }
  /** A bearer token in a file that somebody renews: it is read for every request. */
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** An S3 endpoint with the key pair of this stack: keep values of this type out of logs. */
export interface ObjectStoreEndpoint {
  readonly endpoint: string;
  readonly region: string;
  /** The bucket that holds the warehouse. */
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
