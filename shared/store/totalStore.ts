import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DailyLine } from '../domain/dailyLine.ts';
import type { DaySpan } from '../domain/period.ts';
import type { Ranking, RankingName } from '../domain/ranking.ts';
import type { Period, Scope, Total, TotalName } from '../domain/total.ts';
import {
  DAYS_PARTITION,
  dayBounds,
  type ItemKey,
  lineBounds,
  linePartition,
  rankingKey,
  scopePartition,
  teamsPartition,
  totalKey,
  userDayBounds,
  userDayKey,
  userPartition,
} from './keys.ts';
import { itemToRanking, rankingToItem } from './rankingItem.ts';
import { getAll, type Item, queryBetween, queryPartition, StoreError, type TotalsTable } from './table.ts';
import { itemToLine, itemToTotal, totalToItem } from './totalItem.ts';

/** Whose day a posting is about to touch. */
export type TouchedDay = Readonly<{ user: string; team: string; day: string }>;

/** An inclusive range of UTC days. */
export type DayRange = DaySpan;

/** Every day that a ledger can have. */
export const ALL_DAYS: DayRange = { from: '0000-01-01', to: '9999-12-31' };

/** Daily lines, the totals made of them, and the indexes by which both are found. */
export interface TotalStore {
  /**
   * Writes the index rows of these days unless this process already did. It comes before the posting,
   * so there is never a line that the indexes do not lead to.
   */
  openDays(touched: readonly TouchedDay[]): Promise<void>;
  /** Days with any use, ascending. */
  days(range?: DayRange): Promise<string[]>;
  /** Teams that used anything on a day, in text order. */
  teamsOfDay(day: string): Promise<string[]>;
  /** The team-days in which a user has lines. */
  userDays(user: string, range: DayRange): Promise<{ day: string; team: string }[]>;
  linesOfTeamDay(team: string, day: string): Promise<DailyLine[]>;
  linesOfUserDay(touched: TouchedDay): Promise<DailyLine[]>;
  /** A scope's totals of days, ascending. */
  dayTotals(scope: Scope, range: DayRange): Promise<Total[]>;
  /** One day's totals of many scopes; a scope without a total is left out. */
  dayTotalsOf(scopes: readonly Scope[], day: string): Promise<Total[]>;
  find(scope: Scope, period: Period): Promise<Total | undefined>;
  /** Totals of these scopes and periods, in any order; one that is not there is left out. */
  findAll(wanted: readonly TotalName[]): Promise<Total[]>;
  /** A scope's dearest names of a dimension, as they stood when the period was last closed. */
  findRanking(name: RankingName): Promise<Ranking | undefined>;
  /** Overwrites a ranking if and only if its `n` grew. */
  putRanking(ranking: Ranking): Promise<'written' | 'stale'>;
  /** Overwrites a total if and only if its `n` grew; an older one is `stale` and changes nothing. */
  put(total: Total): Promise<'written' | 'stale'>;
  /** Overwrites a total also with as many changes, for one that was found wrong; never with an older one. */
  replace(total: Total): Promise<'written' | 'stale'>;
  /** Throws a total away; it can be made again from what is below it. */
  remove(scope: Scope, period: Period): Promise<void>;
}

/** A warm process remembers this many index rows it has written; then it starts anew. */
const MAX_KNOWN_DAYS = 100_000;
const BATCH_WRITE_LIMIT = 25;
const MAX_BATCH_ROUNDS = 10;

export function dynamoTotalStore(tables: TotalsTable): TotalStore {
  const { client, totalsTable } = tables;
  const known = new Set<string>();
  const lines = (items: AsyncGenerator<Item>) => Array.fromAsync(items, itemToLine);
  return {
    async openDays(touched) {
      const rows = indexRows(touched).filter(({ pk, sk }) => !known.has(`${pk} ${sk}`));
      await writeRows(tables, rows);
      if (known.size > MAX_KNOWN_DAYS) known.clear();
      for (const { pk, sk } of rows) known.add(`${pk} ${sk}`);
    },
    async days(range = { from: '0000-01-01', to: '9999-12-31' }) {
      const bounds = [range.from, range.to] as const;
      return Array.fromAsync(queryBetween(client, totalsTable, DAYS_PARTITION, bounds), sortKey);
    },
    async teamsOfDay(day) {
      return Array.fromAsync(queryPartition(client, totalsTable, teamsPartition(day)), sortKey);
    },
    async userDays(user, range) {
      const bounds = userDayBounds(range);
      const keys = await Array.fromAsync(
        queryBetween(client, totalsTable, userPartition(user), bounds),
        sortKey,
      );
      return keys.map((key) => key.split('#')).map(([, day = '', team = '']) => ({ day, team }));
    },
    linesOfTeamDay: (team, day) =>
      lines(queryBetween(client, totalsTable, linePartition(team, day), lineBounds())),
    linesOfUserDay: ({ user, team, day }) =>
      lines(queryBetween(client, totalsTable, linePartition(team, day), lineBounds(user))),
    async dayTotals(scope, range) {
      const pages = queryBetween(client, totalsTable, scopePartition(scope), dayBounds(range));
      return Array.fromAsync(pages, itemToTotal);
    },
    async dayTotalsOf(scopes, day) {
      const keys = scopes.map((scope) => totalKey(scope, { kind: 'day', day }));
      return (await getAll(client, totalsTable, keys)).map(itemToTotal);
    },
    async findAll(wanted) {
      const keys = wanted.map(({ scope, period }) => totalKey(scope, period));
      return (await getAll(client, totalsTable, keys)).map(itemToTotal);
    },
    async findRanking(name) {
      const [item] = await getAll(client, totalsTable, [rankingKey(name)]);
      return item === undefined ? undefined : itemToRanking(item, name);
    },
    putRanking: (ranking) => putGuarded(tables, rankingToItem(ranking), { n: ranking.n }),
    async find(scope, period) {
      const [item] = await getAll(client, totalsTable, [totalKey(scope, period)]);
      return item === undefined ? undefined : itemToTotal(item);
    },
    put: (total) => putGuarded(tables, totalToItem(total), { n: total.n }),
    replace: (total) => putGuarded(tables, totalToItem(total), { n: total.n, guard: 'n <= :n' }),
    async remove(scope, period) {
      await client.send(new DeleteCommand({ TableName: totalsTable, Key: totalKey(scope, period) }));
    },
  };
}

async function putGuarded(
  { client, totalsTable }: TotalsTable,
  item: Item,
  { n, guard = 'n < :n' }: Readonly<{ n: number; guard?: 'n < :n' | 'n <= :n' }>,
): Promise<'written' | 'stale'> {
  try {
    await client.send(
      new PutCommand({
        TableName: totalsTable,
        Item: item,
        ConditionExpression: `attribute_not_exists(pk) OR ${guard}`,
        ExpressionAttributeValues: { ':n': n },
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'stale';
    throw error;
  }
}

/** The distinct index rows that lead to these days: the day itself, its teams, and the user's days. */
export function indexRows(touched: readonly TouchedDay[]): ItemKey[] {
  const rows = new Map<string, ItemKey>();
  for (const { user, team, day } of touched) {
    for (const row of [
      { pk: DAYS_PARTITION, sk: day },
      { pk: teamsPartition(day), sk: team },
      userDayKey(user, day, team),
    ]) {
      rows.set(`${row.pk} ${row.sk}`, row);
    }
  }
  return [...rows.values()];
}

async function writeRows({ client, totalsTable }: TotalsTable, rows: readonly ItemKey[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH_WRITE_LIMIT) {
    const batch = rows.slice(start, start + BATCH_WRITE_LIMIT);
    let pending = batch.map((row) => ({ PutRequest: { Item: { ...row } } }));
    for (let round = 0; pending.length > 0; round += 1) {
      if (round === MAX_BATCH_ROUNDS) {
        throw new StoreError('unprocessed_keys', `${pending.length} index rows stayed unwritten`);
      }
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [totalsTable]: pending } }));
      pending = (answer.UnprocessedItems?.[totalsTable] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item === undefined
          ? []
          : [{ PutRequest: { Item: { pk: PutRequest.Item.pk, sk: PutRequest.Item.sk } } }],
      );
    }
  }
}

function sortKey(item: Item): string {
  return String(item.sk);
}
