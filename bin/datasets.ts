import { fileURLToPath } from 'node:url';
import { readDataFiles } from '../pipeline/produce/files.ts';
import type { RowStream } from '../pipeline/produce/rows.ts';
import { generateTaxiTrips, TAXI_KEY, TAXI_SCHEMA } from '../pipeline/produce/taxi.ts';

/** Rows to try the lakehouse with. */
export interface Dataset {
  readonly title: string;
  open(seed: number): RowStream;
  readonly keyTemplate: string;
  /** Column names and Iceberg types, as a pipeline file writes them. */
  readonly schema: Readonly<Record<string, string>>;
  readonly partitioning: readonly string[];
}

export const DATASETS: Readonly<Record<'flights' | 'taxi', Dataset>> = {
  flights: {
    title: 'flights within the United States in 2001 (npm package vega-datasets)',
    open: () => readDataFiles([flightsFile()]),
    keyTemplate: '{origin}-{destination}',
    schema: { date: 'timestamp', delay: 'long', distance: 'long', origin: 'string', destination: 'string' },
    partitioning: [],
  },
  taxi: {
    title: 'made-up taxi trips with the 19 fields of New York’s yellow taxis',
    open: generateTaxiTrips,
    keyTemplate: TAXI_KEY,
    schema: TAXI_SCHEMA,
    partitioning: [],
  },
};

function flightsFile(): string {
  return fileURLToPath(new URL('../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));
}
