import { z } from 'zod';
import { decodeTimes, encodeTimes } from '../domain/policy/burst.ts';
import { burstKey } from './leaseKeys.ts';
import { storedCount } from './metricsItem.ts';
import { getAll, StoreError, type TotalsTable } from './table.ts';
import { putVersion } from './versionedItem.ts';

/** Whose requests a shared burst rule counts. */
export type BurstPlace = Readonly<{ burstId: string; scopeId: string }>;

/** One request that was counted: when, and under which id, so that it is counted once. */
export type CountedRequest = Readonly<{ atMs: number; id: string }>;

/** The requests in a window, ascending, and the number of times that the row was written. */
export type FoundBurst = Readonly<{ requests: readonly CountedRequest[]; n: number }>;

/** The windows of shared burst rules. */
export interface BurstStore {
  /** `undefined` where no request was counted lately. */
  find(place: BurstPlace): Promise<FoundBurst | undefined>;
  /** Writes a window if it was written exactly `n` times before, 0 for one that is not there. */
  put(place: BurstPlace, found: FoundBurst, expiresAt: Date): Promise<'written' | 'taken'>;
}

const SEPARATOR = '.';
const burstItem = z.object({ n: storedCount, times: z.string(), ids: z.string() });

export function dynamoBurstStore(tables: TotalsTable): BurstStore {
  const { client, totalsTable } = tables;
  return {
    async find(place) {
      const [item] = await getAll(client, totalsTable, [burstKey(place)]);
      return item === undefined ? undefined : itemToBurst(item);
    },
    put: (place, { requests, n }, expiresAt) => {
      const times = encodeTimes(requests.map(({ atMs }) => atMs));
      const ids = requests.map(({ id }) => id).join(SEPARATOR);
      return putVersion(tables, { ...burstKey(place), times, ids }, { n, expiresAt });
    },
  };
}

function itemToBurst(item: unknown): FoundBurst {
  const { n, times, ids } = burstItem.parse(item);
  const decoded = decodeTimes(times);
  const names = ids.split(SEPARATOR);
  if (decoded === undefined || (decoded.length > 0 && decoded.length !== names.length)) {
    throw new StoreError('unexpected_item', 'the times of a burst window cannot be read');
  }
  return { n, requests: decoded.map((atMs, index) => ({ atMs, id: names[index] ?? '' })) };
}
