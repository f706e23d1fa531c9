import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DirectoryEntry } from '../domain/attribution.ts';
import { type Budget, DEFAULT_THRESHOLDS } from '../domain/budget.ts';
import { definedOnly } from '../domain/definedOnly.ts';
import { budgetKey, directoryKey } from './keys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { getAll, type TotalsTable } from './table.ts';

/** Who works where, and what each team may spend: the company's own facts beside the ledger. */
export interface DirectoryStore {
  /** The entries of these users; one read up to a minute before `now` may be given again. */
  findUsers(users: readonly string[], now: Date): Promise<Map<string, DirectoryEntry>>;
  putUser(entry: DirectoryEntry): Promise<void>;
  findBudget(team: string): Promise<Budget | undefined>;
  putBudget(budget: Budget): Promise<void>;
}

const entryItem = z.object({
  user: z.string(),
  team: z.string().optional(),
  businessUnit: z.string().optional(),
  lead: z.string().optional(),
});

const budgetItem = z.object({
  team: z.string(),
  limitPicoUsd: storedBigint,
  thresholds: z.array(storedCount).default([...DEFAULT_THRESHOLDS]),
});

const FRESH_MS = 60_000;
const MAX_KNOWN_USERS = 50_000;

export function dynamoDirectoryStore({ client, totalsTable }: TotalsTable): DirectoryStore {
  const known = new Map<string, { entry: DirectoryEntry | undefined; readAtMs: number }>();
  return {
    async findUsers(users, now) {
      const wanted = [...new Set(users)];
      const isStale = (user: string) => (known.get(user)?.readAtMs ?? 0) + FRESH_MS <= now.getTime();
      const stale = wanted.filter(isStale);
      // Put together apart from what is known, which another call may clear while this one reads.
      const entries = new Map(wanted.map((user) => [user, known.get(user)?.entry]));
      for (const user of stale) entries.set(user, undefined);
      for (const item of await getAll(client, totalsTable, stale.map(directoryKey))) {
        const entry = definedOnly(entryItem.parse(item));
        entries.set(entry.user, entry);
      }
      if (known.size > MAX_KNOWN_USERS) known.clear();
      for (const user of stale) known.set(user, { entry: entries.get(user), readAtMs: now.getTime() });
      return new Map([...entries].flatMap(([user, entry]) => (entry === undefined ? [] : [[user, entry]])));
    },
    async putUser(entry) {
      await client.send(
        new PutCommand({ TableName: totalsTable, Item: { ...directoryKey(entry.user), ...entry } }),
      );
    },
    async findBudget(team) {
      const [item] = await getAll(client, totalsTable, [budgetKey(team)]);
      return item === undefined ? undefined : budgetItem.parse(item);
    },
    async putBudget(budget) {
      await client.send(
        new PutCommand({ TableName: totalsTable, Item: { ...budgetKey(budget.team), ...budget } }),
      );
    },
  };
}
