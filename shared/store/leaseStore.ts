import { z } from 'zod';
import type { LeaseRow } from '../domain/policy/lease.ts';
import type { ItemKey } from './keys.ts';
import { leaseKey } from './leaseKeys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { getAll, type Item, type TotalsTable } from './table.ts';
import { putVersion } from './versionedItem.ts';

/** One budget and scope in one period; the period by its key, such as `2026-11`. */
export type LeasePlace = Readonly<{ budgetId: string; scopeId: string; period: string }>;

/** A row and the number of times that it was written. */
export type FoundLeases = Readonly<{ row: LeaseRow; n: number }>;

/** What gateways hold of hard budgets. */
export interface LeaseStore {
  /** `undefined` where nobody ever held anything. */
  find(place: LeasePlace): Promise<FoundLeases | undefined>;
  /** Writes a row if it was written exactly `n` times before, 0 for one that is not there. */
  put(place: LeasePlace, found: FoundLeases, expiresAt: Date): Promise<'written' | 'taken'>;
}

const amounts = z.tuple([storedBigint, storedBigint, storedCount]);
const leaseItem = z.object({
  n: storedCount,
  leases: z.record(z.string(), amounts),
  settled: z.array(z.tuple([storedCount, storedBigint])),
  ended: z.array(z.tuple([z.string(), storedCount])).default([]),
});

export function dynamoLeaseStore(tables: TotalsTable): LeaseStore {
  const { client, totalsTable } = tables;
  return {
    async find(place) {
      const [item] = await getAll(client, totalsTable, [leaseKey(place)]);
      return item === undefined ? undefined : itemToLeases(item);
    },
    put: (place, { row, n }, expiresAt) =>
      putVersion(tables, leasesToItem(leaseKey(place), row), { n, expiresAt }),
  };
}

function leasesToItem(key: ItemKey, { leases, settled, ended }: LeaseRow): Item {
  const held = [...leases].map(([id, { amount, spent, expiresAtMs }]) => [id, [amount, spent, expiresAtMs]]);
  return { ...key, leases: Object.fromEntries(held), settled: [...settled], ended: [...ended] };
}

function itemToLeases(item: Item): FoundLeases {
  const { n, leases, settled, ended } = leaseItem.parse(item);
  const held = Object.entries(leases).map(
    ([id, [amount, spent, expiresAtMs]]) => [id, { amount, spent, expiresAtMs }] as const,
  );
  return { n, row: { leases: new Map(held), settled: new Map(settled), ended: new Map(ended) } };
}
