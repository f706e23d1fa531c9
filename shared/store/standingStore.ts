import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import {
  parseStandingChange,
  type StandingPlace,
  standingChangeKey,
  standingChangeRanges,
  standingKey,
  standingPartition,
} from './budgetKeys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { RECORD_SHARDS } from './recordShard.ts';
import { getAll, type Item, queryBetween, queryPartition, type TotalsTable } from './table.ts';

export type { StandingPlace } from './budgetKeys.ts';

/**
 * Where one budget of one scope stood when it was last written. It is worked out from lines and totals and
 * overwritten, never added to.
 */
export type KeptStanding = StandingPlace &
  Readonly<{
    /** In the unit of the budget's measure. */
    used: bigint;
    periodStartMs: number;
    /** Number of the policy by whose rules it was worked out. */
    policyNumber: number;
    /** Changes of the lines below, as in `Total`. */
    n: number;
    asOfMs: number;
    /** When a rung that restricts was reached; absent before. */
    restrictedSinceMs?: number;
    /** Percentages of the limit of whose crossing an alert was made in this period; 0 of a pace that ends it early. */
    alerted: readonly number[];
  }>;

/** Standings of all budgets, and which of them changed of late. */
export interface StandingStore {
  /** Those that there are, in any order; a hundred in one round trip. */
  find(places: readonly StandingPlace[]): Promise<KeptStanding[]>;
  /**
   * Overwrites a standing of an older policy, of an earlier period, or of no more changes; anything else is
   * `stale` and changes nothing. `now` is the time under which the change is found.
   */
  put(standing: KeptStanding, now: Date): Promise<'written' | 'stale'>;
  /** Standings written between two instants, as they are now, each once; at most a day back. */
  changesSince(fromMs: number, toMs: number): Promise<KeptStanding[]>;
  /** Every standing, of whatever period. */
  all(): AsyncGenerator<KeptStanding>;
}

/** How long it is known when a standing was written. */
export const CHANGES_KEPT_MS = 86_400_000;

const standingItem = z
  .object({
    sk: z.string(),
    used: storedBigint,
    periodStartMs: storedCount,
    policyNumber: storedCount,
    n: storedCount,
    asOfMs: storedCount,
    restrictedSinceMs: storedCount.optional(),
    alerted: z.array(storedCount).default([]),
  })
  .transform(({ sk, restrictedSinceMs, ...rest }): KeptStanding => {
    const [budgetId = '', scopeId = ''] = sk.split('#');
    return { budgetId, scopeId, ...rest, ...(restrictedSinceMs === undefined ? {} : { restrictedSinceMs }) };
  });

/** What `put` lets through; `mayReplace` says the same of values. */
const GUARD =
  'attribute_not_exists(pk) OR policyNumber < :policy OR (policyNumber = :policy AND (periodStartMs < :period OR (periodStartMs = :period AND n <= :n)))';

export function mayReplace(stored: KeptStanding | undefined, next: KeptStanding): boolean {
  if (stored === undefined || stored.policyNumber !== next.policyNumber) {
    return stored === undefined || stored.policyNumber < next.policyNumber;
  }
  if (stored.periodStartMs !== next.periodStartMs) return stored.periodStartMs < next.periodStartMs;
  return stored.n <= next.n;
}

export function dynamoStandingStore({ client, totalsTable }: TotalsTable): StandingStore {
  const find = async (places: readonly StandingPlace[]) =>
    (await getAll(client, totalsTable, places.map(standingKey))).map((item) => standingItem.parse(item));
  return {
    find,
    async put(standing, now) {
      try {
        await client.send(
          new TransactWriteCommand({ TransactItems: writesOf(standing, { totalsTable, now }) }),
        );
        return 'written';
      } catch (error) {
        if (isRefused(error)) return 'stale';
        throw error;
      }
    },
    async changesSince(fromMs, toMs) {
      const places = new Map<string, StandingPlace>();
      for (const { pk, bounds } of standingChangeRanges(fromMs, toMs)) {
        for await (const { sk } of queryBetween(client, totalsTable, pk, bounds)) {
          const place = parseStandingChange(String(sk));
          places.set(standingKey(place).sk, place);
        }
      }
      return find([...places.values()]);
    },
    async *all() {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        const items = queryPartition(client, totalsTable, standingPartition(shard));
        for await (const item of items) yield standingItem.parse(item);
      }
    },
  };
}

/** The standing, and the note that it was written now; both or none, so that no difference misses one. */
function writesOf(standing: KeptStanding, { totalsTable, now }: { totalsTable: string; now: Date }) {
  const { budgetId, scopeId, alerted, ...fields } = standing;
  const place = { budgetId, scopeId };
  const expires = Math.floor((now.getTime() + CHANGES_KEPT_MS) / 1_000);
  const item: Item = {
    ...standingKey(place),
    ...fields,
    ...(alerted.length === 0 ? {} : { alerted: [...alerted] }),
  };
  return [
    {
      Put: {
        TableName: totalsTable,
        Item: item,
        ConditionExpression: GUARD,
        ExpressionAttributeValues: {
          ':policy': standing.policyNumber,
          ':period': standing.periodStartMs,
          ':n': standing.n,
        },
      },
    },
    { Put: { TableName: totalsTable, Item: { ...standingChangeKey(place, now.getTime()), ttl: expires } } },
  ];
}

/** Only a failed condition: a conflict of two transactions is worth a retry and is thrown. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
}
