// Written by `lakehouse etl types taxi-fares.pipeline.yaml`. Run it again when the records or the table change.

/** A record, as a sample of the topic shows it. It is a copy: it may be changed. */
export type Input = {
  VendorID: number;
  tpep_pickup_datetime: string;
  tpep_dropoff_datetime: string;
  passenger_count: number | null;
  trip_distance: number;
  RatecodeID: number | null;
  store_and_fwd_flag: string | null;
  PULocationID: number;
  DOLocationID: number;
  payment_type: number;
  fare_amount: number;
  extra: number;
  mta_tax: number;
  tip_amount: number;
  tolls_amount: number;
  improvement_surcharge: number;
  total_amount: number;
  congestion_surcharge: number | null;
  Airport_fee: number | null;
};

/** A row, as the columns of the table take it. Further members are left out. */
export type Output = {
  pickup: string | Date;
  minutes?: number | bigint | ExactDecimal | null | undefined;
  zone?: number | bigint | null | undefined;
  fare?: number | bigint | string | ExactDecimal | null | undefined;
  fare_per_mile?: number | bigint | ExactDecimal | null | undefined;
  tip_percent?: number | bigint | null | undefined;
  offset?: number | bigint | null | undefined;
};

/** A number with more digits than a double holds. Returned as it is, it keeps all of them. */
export interface ExactDecimal {
  /** The nearest double. */
  valueOf(): number;
  /** All digits. */
  toString(): string;
}

/** Where a record stood. */
export interface Context {
  readonly pipeline: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: Date;
  /** The key as UTF-8, and as it is; undefined where the record has none. */
  readonly key: string | undefined;
  readonly keyBytes: Uint8Array | undefined;
  /** As UTF-8; the last one of each name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes one row, several or none of a record. Must not be async. What it throws becomes a dead letter with file and line.
 * The language is there, but neither Node nor the network.
 */
export type Transform = (record: Input, context: Context) => Output | readonly Output[] | null | undefined;
