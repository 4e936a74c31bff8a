import type { Transform } from './taxi-fares.pipeline.d.ts';

/** One row for each trip that was paid for: what it cost by the mile, and how large the tip was. */
export const transform: Transform = (trip, context) => {
  if (trip.fare_amount <= 0) return undefined;
  const pickup = new Date(`${trip.tpep_pickup_datetime.replace(' ', 'T')}Z`);
  const dropoff = new Date(`${trip.tpep_dropoff_datetime.replace(' ', 'T')}Z`);
  const minutes = (dropoff.getTime() - pickup.getTime()) / 60_000;
  // What is thrown here becomes a dead letter, with this line in its error.
  if (minutes < 0) throw new RangeError(`the trip ends ${-minutes} minutes before it begins`);
  return {
    pickup,
    minutes,
    zone: trip.PULocationID,
    fare: trip.fare_amount.toFixed(2),
    fare_per_mile: trip.trip_distance > 0 ? trip.fare_amount / trip.trip_distance : undefined,
    tip_percent: Math.round(((trip.tip_amount ?? 0) / trip.fare_amount) * 100),
    offset: context.offset,
  };
};
