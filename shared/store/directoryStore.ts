import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { type DirectoryUser, placementsText } from '../domain/placement.ts';
import { directoryKey, directoryPartition } from './keys.ts';
import { RECORD_SHARDS } from './recordShard.ts';
import { getAll, queryPartition, type TotalsTable } from './table.ts';

/** Who works where: the company's own facts beside the ledger. */
export interface DirectoryStore {
  /** What is known of these users; what was read up to a minute before `now` may be given again. */
  findUsers(users: readonly string[], now: Date): Promise<Map<string, DirectoryUser>>;
  /** Replaces all that is known of a user. */
  putUser(known: DirectoryUser): Promise<void>;
  /** Notes that nothing is left to move of a user, unless he has been placed anew since. */
  finishMove(known: DirectoryUser): Promise<void>;
  /** Everybody, as it stands in the store. */
  allUsers(): AsyncGenerator<DirectoryUser>;
}

const optionalText = z.string().optional();

const placement = z
  .object({
    from: optionalText,
    to: optionalText,
    team: optionalText,
    businessUnit: optionalText,
    department: optionalText,
    costCentre: optionalText,
    lead: optionalText,
    tier: optionalText,
    roles: z.array(z.string()).optional(),
  })
  .transform(definedOnly);

const userItem = z
  .object({ sk: z.string(), placements: z.array(placement), movesFrom: optionalText })
  .transform(({ sk, ...rest }): DirectoryUser => ({ user: sk, ...definedOnly(rest) }));

/** How long a process goes by what it read. */
export const DIRECTORY_FRESH_MS = 60_000;
const MAX_KNOWN_USERS = 50_000;

/** Names one account of a user: his placements, and from when on they are still to be followed. */
export function accountOf({
  placements,
  movesFrom = '',
}: Pick<DirectoryUser, 'placements' | 'movesFrom'>): string {
  return createHash('sha256')
    .update(`${movesFrom} ${placementsText(placements)}`)
    .digest('base64url');
}

export function dynamoDirectoryStore({ client, totalsTable }: TotalsTable): DirectoryStore {
  const known = new Map<string, { entry: DirectoryUser | undefined; readAtMs: number }>();
  return {
    async findUsers(users, now) {
      const wanted = [...new Set(users)];
      const isStale = (user: string) =>
        (known.get(user)?.readAtMs ?? 0) + DIRECTORY_FRESH_MS <= now.getTime();
      const stale = wanted.filter(isStale);
      // Put together apart from what is known, which another call may clear while this one reads.
      const entries = new Map(wanted.map((user) => [user, known.get(user)?.entry]));
      for (const user of stale) entries.set(user, undefined);
      for (const item of await getAll(client, totalsTable, stale.map(directoryKey))) {
        const entry = userItem.parse(item);
        entries.set(entry.user, entry);
      }
      if (known.size > MAX_KNOWN_USERS) known.clear();
      for (const user of stale) known.set(user, { entry: entries.get(user), readAtMs: now.getTime() });
      return new Map([...entries].flatMap(([user, entry]) => (entry === undefined ? [] : [[user, entry]])));
    },
    async putUser({ user, ...rest }) {
      const Item = { ...directoryKey(user), ...rest, account: accountOf(rest) };
      await client.send(new PutCommand({ TableName: totalsTable, Item }));
      known.delete(user);
    },
    async finishMove(moved) {
      const update = new UpdateCommand({
        TableName: totalsTable,
        Key: directoryKey(moved.user),
        UpdateExpression: 'REMOVE movesFrom',
        ConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': accountOf(moved) },
      });
      try {
        await client.send(update);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      known.delete(moved.user);
    },
    async *allUsers() {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        const items = queryPartition(client, totalsTable, directoryPartition(shard));
        for await (const item of items) yield userItem.parse(item);
      }
    },
  };
}
