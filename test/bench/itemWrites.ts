import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { WireItem } from './itemSize.ts';

/** One item's write as a command carries it. `isTransactional` ones are billed twice. */
export type ItemWrite = Readonly<{ table: string; isTransactional: boolean }> &
  (
    | Readonly<{ kind: 'put'; item: WireItem }>
    | Readonly<{ kind: 'delete'; key: WireItem }>
    | Readonly<{
        kind: 'update';
        key: WireItem;
        expression: string;
        names: Readonly<Record<string, string>>;
        values: WireItem;
      }>
  );

const wireItem = z.record(z.string(), z.custom<AttributeValue>());

const put = z
  .object({ TableName: z.string(), Item: wireItem })
  .transform(({ TableName: table, Item: item }) => ({ kind: 'put' as const, table, item }));

const update = z
  .object({
    TableName: z.string(),
    Key: wireItem,
    UpdateExpression: z.string(),
    ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
    ExpressionAttributeValues: wireItem,
  })
  .transform((input) => ({
    kind: 'update' as const,
    table: input.TableName,
    key: input.Key,
    expression: input.UpdateExpression,
    names: input.ExpressionAttributeNames,
    values: input.ExpressionAttributeValues,
  }));

const remove = z
  .object({ TableName: z.string(), Key: wireItem })
  .transform(({ TableName: table, Key: key }) => ({ kind: 'delete' as const, table, key }));

const transaction = z.object({
  TransactItems: z.array(
    z.object({ Put: put.optional(), Update: update.optional(), Delete: remove.optional() }),
  ),
});

const batch = z.object({
  RequestItems: z.record(z.string(), z.array(z.object({ PutRequest: z.object({ Item: wireItem }) }))),
});

/** The writes of a command, none for a read. A command that Tollbook never sent before is refused. */
export function itemWrites(commandName: string, input: unknown): ItemWrite[] {
  switch (commandName) {
    case 'TransactWriteItemsCommand':
      return transaction
        .parse(input)
        .TransactItems.flatMap(({ Put, Update, Delete }) => Put ?? Update ?? Delete ?? [])
        .map((write) => ({ ...write, isTransactional: true }));
    case 'BatchWriteItemCommand':
      return Object.entries(batch.parse(input).RequestItems).flatMap(([table, requests]) =>
        requests.map(({ PutRequest }) => ({
          kind: 'put' as const,
          table,
          item: PutRequest.Item,
          isTransactional: false,
        })),
      );
    case 'PutItemCommand':
      return [{ ...put.parse(input), isTransactional: false }];
    case 'UpdateItemCommand':
      return [{ ...update.parse(input), isTransactional: false }];
    case 'QueryCommand':
    case 'BatchGetItemCommand':
      return [];
    default:
      throw new TypeError(`The meter does not know ${commandName}.`);
  }
}

/** The item after a write; `undefined` when it is gone. */
export function itemAfter(write: ItemWrite, before: WireItem | undefined): WireItem | undefined {
  switch (write.kind) {
    case 'put':
      return write.item;
    case 'delete':
      return undefined;
    case 'update':
      return updatedItem(before ?? write.key, write);
    default:
      return write satisfies never;
  }
}

/** Knows `SET name = :value, …` and `ADD name :value, …`, which is all that Tollbook sends. */
function updatedItem(
  before: WireItem,
  { expression, names, values }: Extract<ItemWrite, { kind: 'update' }>,
): WireItem {
  const after = { ...before };
  for (const [, action, clauses = ''] of expression.matchAll(/(SET|ADD) (.*?)(?= ADD |$)/g)) {
    for (const clause of clauses.split(', ')) {
      const [name = '', placeholder = ''] = clause.split(/ = | /);
      const attribute = names[name] ?? name;
      const value = values[placeholder];
      if (value === undefined) throw new TypeError(`The meter cannot read ${expression}.`);
      after[attribute] = action === 'ADD' ? sumOf(after[attribute], value) : value;
    }
  }
  return after;
}

function sumOf(before: AttributeValue | undefined, added: AttributeValue): AttributeValue {
  return { N: String(BigInt(before?.N ?? 0) + BigInt(added.N ?? 0)) };
}
