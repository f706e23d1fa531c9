import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Alert } from '../domain/alerts/alert.ts';
import { definedOnly } from '../domain/definedOnly.ts';
import { type IncreaseStep, isKept, type KeptIncrease, stepsBetween } from '../domain/policy/increase.ts';
import type { StandingPlace } from './budgetKeys.ts';
import {
  INCREASES_PARTITION,
  increasePartition,
  increasePlaceKey,
  increaseStepBounds,
  increaseStepKey,
  increasesKey,
} from './increaseKeys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { newAlertItems } from './newAlertItems.ts';
import { getAll, type Item, queryBetween, queryPartition, type TotalsTable } from './table.ts';

/** All increases of one budget and scope; `n` counts their changes, 0 before the first. */
export type IncreasesOfPlace = StandingPlace & Readonly<{ n: number; increases: readonly KeptIncrease[] }>;

/** One increase as it was, if it was there, and as it is to be, with the alert of that where people are told. */
export type IncreaseChange = Readonly<{
  before: KeptIncrease | undefined;
  after: KeptIncrease;
  alert?: Alert | undefined;
}>;

/** Temporary additions to limits, and the audit of how each came to be. */
export interface IncreaseStore {
  /** Of the places that have any; a hundred in one round trip. */
  find(places: readonly StandingPlace[]): Promise<IncreasesOfPlace[]>;
  /** Of every place that has any: what a snapshot needs, in one query. */
  all(): Promise<IncreasesOfPlace[]>;
  /** Which budget and scope the increase of an id is of. */
  locate(id: string): Promise<StandingPlace | undefined>;
  /**
   * Writes one increase of a place with its audit and alert; `changed` when the place is not as it was read any more, and
   * then nothing was written. What is over for more than a year is left out from then on.
   */
  put(place: IncreasesOfPlace, change: IncreaseChange, now: Date): Promise<'written' | 'changed'>;
  /** What happened to an increase, the first step first. It outlives the increase. */
  steps(id: string): Promise<IncreaseStep[]>;
}

const vote = z.object({ by: z.string(), atMs: storedCount });

const keptIncrease = z
  .object({
    id: z.string(),
    budgetId: z.string(),
    scopeId: z.string(),
    measure: z.enum(['usd', 'tokens', 'requests']),
    amount: storedBigint,
    untilMs: storedCount,
    reason: z.string(),
    asked: vote,
    isAutomatic: z.boolean(),
    approvals: z.array(vote),
    grantedAtMs: storedCount.optional(),
    denied: vote.optional(),
  })
  .transform((read): KeptIncrease => definedOnly(read));

const placeItem = z
  .object({ sk: z.string(), n: storedCount, increases: z.array(keptIncrease) })
  .transform(({ sk, ...rest }): IncreasesOfPlace => ({ ...parsePlace(sk), ...rest }));

const pointerItem = z.object({ place: z.string() });

const stepItem = z.object({
  kind: z.enum(['requested', 'approved', 'granted', 'denied', 'expired']),
  by: z.string(),
  atMs: storedCount,
});

export function dynamoIncreaseStore({ client, totalsTable }: TotalsTable): IncreaseStore {
  return {
    async find(places) {
      const items = await getAll(client, totalsTable, places.map(increasesKey));
      return items.map((item) => placeItem.parse(item));
    },
    all: () =>
      Array.fromAsync(queryPartition(client, totalsTable, INCREASES_PARTITION), (item) =>
        placeItem.parse(item),
      ),
    async locate(id) {
      const [item] = await getAll(client, totalsTable, [increasePlaceKey(id)]);
      return item === undefined ? undefined : parsePlace(pointerItem.parse(item).place);
    },
    async put(place, change, now) {
      try {
        const TransactItems = writesOf(place, change, { totalsTable, now });
        await client.send(new TransactWriteCommand({ TransactItems }));
        return 'written';
      } catch (error) {
        if (isContended(error)) return 'changed';
        throw error;
      }
    },
    steps: (id) =>
      Array.fromAsync(
        queryBetween(client, totalsTable, increasePartition(id), increaseStepBounds()),
        (item) => stepItem.parse(item),
      ),
  };
}

/** What a place holds after a change. */
export function changePlace(place: IncreasesOfPlace, { after }: IncreaseChange, now: Date): IncreasesOfPlace {
  const others = place.increases.filter(({ id }) => id !== after.id);
  const kept = others.filter((other) => isKept(other, now.getTime()));
  return { ...place, n: place.n + 1, increases: [...kept, after] };
}

/** The rows of the audit that a change adds, each under its number. */
export function numberedSteps({ before, after }: IncreaseChange): [number: number, step: IncreaseStep][] {
  const known = before === undefined ? 0 : stepsBetween(undefined, before).length;
  return stepsBetween(before, after).map((step, index) => [known + index, step]);
}

function writesOf(
  place: IncreasesOfPlace,
  change: IncreaseChange,
  { totalsTable, now }: Readonly<{ totalsTable: string; now: Date }>,
) {
  const { n, increases } = changePlace(place, change, now);
  const { id } = change.after;
  const put = (Item: Item) => ({ Put: { TableName: totalsTable, Item } });
  const guard =
    place.n === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': place.n } };
  const key = increasesKey(place);
  const row = put({ ...key, n, increases });
  return [
    { Put: { ...row.Put, ...guard } },
    ...(change.before === undefined ? [put({ ...increasePlaceKey(id), place: key.sk })] : []),
    // Its guard makes each change once, so the alert needs none of its own.
    ...(change.alert === undefined ? [] : newAlertItems(change.alert)).map(put),
    ...numberedSteps(change).map(([number, step]) => put({ ...increaseStepKey(id, number), ...step })),
  ];
}

/** Ids of budgets and scopes hold no `#`. */
function parsePlace(text: string): StandingPlace {
  const [budgetId = '', scopeId = ''] = text.split('#');
  return { budgetId, scopeId };
}

function isContended(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(
      ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
    )
  );
}
