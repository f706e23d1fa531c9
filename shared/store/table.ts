import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from './keys.ts';

export type Item = Record<string, unknown>;

/** A document client and the table of lines, totals and everything beside the records. */
export type TotalsTable = Readonly<{ client: DynamoDBDocumentClient; totalsTable: string }>;

/** Both tables: what posting needs. */
export type Tables = TotalsTable & Readonly<{ recordsTable: string }>;

const BATCH_GET_LIMIT = 100;
const MAX_BATCH_ROUNDS = 10;

/** The store answered, but not as its interface promises; worth a retry of the whole call. */
export class StoreError extends Error {
  readonly code: 'unprocessed_keys' | 'contention' | 'unexpected_item';

  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Reads all pages of a Query, lazily. Reads are consistent: a doorbell's write is always seen. */
export async function* queryAll(
  client: DynamoDBDocumentClient,
  input: Omit<QueryCommandInput, 'ExclusiveStartKey' | 'ConsistentRead'>,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ConsistentRead: true, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** All items of a partition, in key order. */
export function queryPartition(
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
): AsyncGenerator<Item> {
  return queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  });
}

/** The item with the largest sort key between two bounds, if there is any. */
export async function findLast(
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
  [from, to]: readonly [string, string],
): Promise<Item | undefined> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 1,
  };
  return (await client.send(new QueryCommand(query))).Items?.[0];
}

/** All items of a partition with sort keys between two bounds, both included. */
export function queryBetween(
  client: DynamoDBDocumentClient,
  table: string,
  pk: string,
  [from, to]: readonly [string, string],
): AsyncGenerator<Item> {
  return queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
  });
}

/** Gets items by key, a hundred at a time, consistently; missing ones are left out. */
export async function getAll(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += BATCH_GET_LIMIT) {
    let pending: Item[] = keys.slice(start, start + BATCH_GET_LIMIT).map((key) => ({ ...key }));
    for (let round = 0; pending.length > 0; round += 1) {
      if (round === MAX_BATCH_ROUNDS) {
        throw new StoreError('unprocessed_keys', `${pending.length} keys of ${table} stayed unread`);
      }
      const request = { RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } };
      const answer = await client.send(new BatchGetCommand(request));
      items.push(...(answer.Responses?.[table] ?? []));
      pending = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return items;
}
