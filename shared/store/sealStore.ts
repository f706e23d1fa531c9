import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Correction } from '../domain/correction.ts';
import type { Seal, SealedBooks } from '../domain/seal.ts';
import type { Period } from '../domain/total.ts';
import { itemToCorrection } from './correctionItem.ts';
import {
  correctedPartition,
  correctionKey,
  correctionsPartition,
  parsePeriod,
  SEALS_PARTITION,
  sealKey,
} from './keys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { getAll, type Item, queryPartition, StoreError, type TotalsTable } from './table.ts';

/** Which periods are sealed, and what was posted for them afterwards. */
export interface SealStore {
  find(period: Period): Promise<Seal | undefined>;
  /** Every period that was ever seen, days first, each kind ascending. */
  all(): Promise<Seal[]>;
  /** Notes when a period was first seen; later calls change nothing. */
  see(period: Period, now: Date): Promise<void>;
  /** From now on nothing is posted to the period. Later calls change nothing. */
  begin(period: Period, now: Date): Promise<void>;
  /** The period is final. Later calls change nothing. */
  finish(period: Period, books: SealedBooks, now: Date): Promise<void>;
  /** Corrections posted on a day, for sealed ones. */
  correctionsOn(day: string): Promise<Correction[]>;
  /** Corrections of a sealed day, posted later. */
  correctionsOf(home: string): Promise<Correction[]>;
}

const text = z.string();
const sealItem = z.object({
  sk: text,
  firstSeenAt: text,
  sealingAt: text.optional(),
  sealedAt: text.optional(),
  requests: storedCount.default(0),
  costPicoUsd: storedBigint.default(0n),
  n: storedCount.default(0),
  digest: text.default(''),
});

export function dynamoSealStore({ client, totalsTable }: TotalsTable): SealStore {
  const partition = (pk: string) => queryPartition(client, totalsTable, pk);
  const set = async (
    period: Period,
    update: Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeValues'>,
  ) => {
    await client.send(new UpdateCommand({ TableName: totalsTable, Key: sealKey(period), ...update }));
  };
  return {
    async find(period) {
      const [item] = await getAll(client, totalsTable, [sealKey(period)]);
      return item === undefined ? undefined : itemToSeal(item);
    },
    all: () => Array.fromAsync(partition(SEALS_PARTITION), itemToSeal),
    see: (period, now) =>
      set(period, {
        UpdateExpression: 'SET firstSeenAt = if_not_exists(firstSeenAt, :now)',
        ExpressionAttributeValues: { ':now': now.toISOString() },
      }),
    begin: (period, now) =>
      set(period, {
        UpdateExpression:
          'SET sealingAt = if_not_exists(sealingAt, :now), firstSeenAt = if_not_exists(firstSeenAt, :now)',
        ExpressionAttributeValues: { ':now': now.toISOString() },
      }),
    finish: (period, { requests, costPicoUsd, n, digest }, now) =>
      set(period, {
        UpdateExpression: `SET sealedAt = if_not_exists(sealedAt, :now), requests = if_not_exists(requests, :requests),
          costPicoUsd = if_not_exists(costPicoUsd, :cost), n = if_not_exists(n, :n), digest = if_not_exists(digest, :digest)`,
        ExpressionAttributeValues: {
          ':now': now.toISOString(),
          ':requests': requests,
          ':cost': costPicoUsd,
          ':n': n,
          ':digest': digest,
        },
      }),
    correctionsOn: (day) => Array.fromAsync(partition(correctionsPartition(day)), itemToCorrection),
    async correctionsOf(home) {
      const links = await Array.fromAsync(partition(correctedPartition(home)), ({ sk }) => String(sk));
      const keys = links.map((link) => {
        const [day = '', source = '', requestId = '', rev = '', recordDay = ''] = link.split('#');
        return correctionKey({ day, home, identity: `${source}#${requestId}`, rev: Number(rev), recordDay });
      });
      return (await getAll(client, totalsTable, keys)).map(itemToCorrection);
    },
  };
}

function itemToSeal(item: Item): Seal {
  const { sk, firstSeenAt, sealingAt, sealedAt, ...books } = sealItem.parse(item);
  const period = parsePeriod(sk);
  if (period === undefined) throw new StoreError('unexpected_item', `${sk} names no period`);
  return {
    period,
    firstSeenAt,
    ...(sealingAt === undefined ? {} : { sealingAt }),
    ...(sealedAt === undefined ? {} : { sealedAt, books }),
  };
}
