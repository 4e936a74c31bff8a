import { type ProduceRow, ROWS_PER_BATCH, type RowStream } from './rows.ts';

/** The fields of a NYC yellow-taxi trip, in the order of the published files, with the types the pipeline stores. */
export const TAXI_SCHEMA = {
  VendorID: 'long',
  tpep_pickup_datetime: 'timestamp',
  tpep_dropoff_datetime: 'timestamp',
  passenger_count: 'double',
  trip_distance: 'double',
  RatecodeID: 'double',
  store_and_fwd_flag: 'string',
  PULocationID: 'long',
  DOLocationID: 'long',
  payment_type: 'long',
  fare_amount: 'double',
  extra: 'double',
  mta_tax: 'double',
  tip_amount: 'double',
  tolls_amount: 'double',
  improvement_surcharge: 'double',
  total_amount: 'double',
  congestion_surcharge: 'double',
  Airport_fee: 'double',
} as const;

/** How the original stack keys its trips. */
export const TAXI_KEY = '{PULocationID}{DOLocationID}{VendorID}';

const START_MS = Date.UTC(2024, 0, 1);
const MEAN_GAP_MS = 900;

/** Made-up trips with the shape and the ranges of the real ones; the same seed gives the same trips. Endless. */
export async function* generateTaxiTrips(seed: number): RowStream {
  const random = createRandom(seed);
  let pickup = START_MS;
  for (;;) {
    const rows: ProduceRow[] = [];
    for (let i = 0; i < ROWS_PER_BATCH; i++) {
      pickup += Math.floor(random() * 2 * MEAN_GAP_MS);
      rows.push(makeTrip(random, pickup));
    }
    yield rows;
  }
}

function makeTrip(random: () => number, pickup: number): ProduceRow {
  const distance = round(0.3 + -Math.log(1 - random()) * 3);
  const minutes = 2 + distance * (2.5 + random() * 3);
  const fare = round(3 + distance * 2.5 + minutes * 0.35);
  // About one trip in thirty comes from a meter that reports these fields not at all.
  const isBare = random() < 0.033;
  const isCard = random() < 0.78;
  const extra = [0, 1, 2.5, 5][Math.floor(random() * 4)] ?? 0;
  const tolls = random() < 0.07 ? 6.94 : 0;
  const isAirport = random() < 0.08;
  const tip = isCard ? round(fare * random() * 0.3) : 0;
  const congestion = random() < 0.9 ? 2.5 : 0;
  const airport = isAirport ? 1.75 : 0;
  const total = round(fare + extra + 0.5 + tip + tolls + 1 + congestion + airport);
  return {
    VendorID: random() < 0.25 ? 1 : 2,
    tpep_pickup_datetime: timeText(pickup),
    tpep_dropoff_datetime: timeText(pickup + Math.round(minutes * 60_000)),
    passenger_count: isBare ? null : 1 + Math.floor(random() ** 3 * 6),
    trip_distance: distance,
    RatecodeID: isBare ? null : isAirport ? 2 : 1,
    store_and_fwd_flag: isBare ? null : random() < 0.006 ? 'Y' : 'N',
    PULocationID: 1 + Math.floor(random() * 265),
    DOLocationID: 1 + Math.floor(random() * 265),
    payment_type: isBare ? 0 : isCard ? 1 : 2,
    fare_amount: fare,
    extra,
    mta_tax: 0.5,
    tip_amount: tip,
    tolls_amount: tolls,
    improvement_surcharge: 1,
    total_amount: total,
    congestion_surcharge: isBare ? null : congestion,
    Airport_fee: isBare ? null : airport,
  };
}

const dates = new Map<number, string>();

function timeText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const day = Math.floor(seconds / 86_400);
  let date = dates.get(day);
  if (date === undefined) dates.set(day, (date = new Date(day * 86_400_000).toISOString().slice(0, 10)));
  const ofDay = seconds - day * 86_400;
  return `${date} ${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The generator "sfc32" by Chris Doty-Humphrey: fast, and good enough for made-up trips. */
export function createRandom(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, (seed / 4_294_967_296) | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
