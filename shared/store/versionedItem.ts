import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, TotalsTable } from './table.ts';

/**
 * Writes an item if it was written exactly `n` times before, and makes that one more; `taken` when somebody
 * else was faster. A write whose answer was lost looks like somebody else's when the SDK repeats it, so what
 * is decided again after `taken` must come to the same when it was written already.
 */
export async function putVersion(
  { client, totalsTable }: TotalsTable,
  item: Item,
  { n, expiresAt }: Readonly<{ n: number; expiresAt: Date }>,
): Promise<'written' | 'taken'> {
  const condition =
    n === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': n } };
  const ttl = Math.ceil(expiresAt.getTime() / 1_000);
  try {
    await client.send(
      new PutCommand({ TableName: totalsTable, Item: { ...item, n: n + 1, ttl }, ...condition }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'taken';
    throw error;
  }
}
