import { z } from 'zod';
import type { Reading } from '../domain/alerts/readings.ts';
import type { Scope } from '../domain/total.ts';
import { readingsKey } from './alertKeys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { getAll, type TotalsTable } from './table.ts';
import { putVersion } from './versionedItem.ts';

/** Whose day was read, and what of it: pico-USD, or answers of status 429. */
export type ReadingPlace = Readonly<{ scope: Scope; measure: 'cost' | 'throttled' }>;

/** Readings, the oldest first, and the number of times that their row was written. */
export type FoundReadings = Readonly<{ readings: readonly Reading[]; n: number }>;

export const NO_READINGS: FoundReadings = { readings: [], n: 0 };

/** What days of scopes came to lately, for rules about how fast something grows. */
export interface ReadingStore {
  find(place: ReadingPlace): Promise<FoundReadings>;
  /** Writes readings if they were written exactly `n` times before; of two at once one is `taken`, and lost. */
  put(place: ReadingPlace, found: FoundReadings, expiresAt: Date): Promise<'written' | 'taken'>;
}

const reading = z
  .tuple([storedCount, z.string(), storedBigint, storedCount])
  .transform(([atMs, day, amount, n]): Reading => ({ atMs, day, amount, n }));
const readingsItem = z.object({ n: storedCount, readings: z.array(reading) });

export function dynamoReadingStore(tables: TotalsTable): ReadingStore {
  const { client, totalsTable } = tables;
  return {
    async find({ scope, measure }) {
      const [item] = await getAll(client, totalsTable, [readingsKey(scope, measure)]);
      return item === undefined ? NO_READINGS : readingsItem.parse(item);
    },
    put: ({ scope, measure }, { readings, n }, expiresAt) => {
      const kept = readings.map(({ atMs, day, amount, n: changes }) => [atMs, day, amount, changes]);
      return putVersion(tables, { ...readingsKey(scope, measure), readings: kept }, { n, expiresAt });
    },
  };
}
