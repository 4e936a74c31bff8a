/** Where a lakehouse answers. One value of this type is all that a client of the lakehouse needs. */
export interface LakehouseEndpoints {
  /** Bootstrap addresses as `host:port`. */
  readonly kafka: { readonly brokers: readonly string[] };
  readonly objectStore: ObjectStoreEndpoint;
  /** Base of Nessie's own API, ending in `/api/v2`. */
  readonly nessie: { readonly uri: string };
  /** Base of Nessie's Iceberg REST service, without a reference. */
  readonly icebergRest: { readonly uri: string };
  /** `catalog` is the Trino catalog that shows the default branch natively. */
  readonly trino: { readonly uri: string; readonly user: string; readonly catalog: string };
}

/** An S3 endpoint with the key pair of this stack: keep values of this type out of logs. */
export interface ObjectStoreEndpoint {
  readonly endpoint: string;
  readonly region: string;
  /** The bucket that holds the warehouse. */
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
