import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTables, LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { type Engine, startMemoryEngine } from '../../infra/local/engine.ts';
import { documentClientOver } from './twin/clients.ts';
import { DynamoTwin } from './twin/engine.ts';
import { twinRequestHandler } from './twin/requestHandler.ts';

const TableName = LOCAL_TABLES.totalsTable;
const RUNS = 60;

let engine: Engine;
let base: DynamoDBClient;
let real: DynamoDBDocumentClient;
let round = 0;

beforeAll(async () => {
  engine = await startMemoryEngine();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  base = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials, maxAttempts: 1 });
  real = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  await createTables(base);
});

afterAll(async () => {
  base.destroy();
  await engine.stop();
});

type Send = (client: DynamoDBDocumentClient, prefix: string) => Promise<unknown>;

const pk = fc.constantFrom('a', 'b');
const sk = fc.constantFrom('LINE#1', 'LINE#10', 'LINE#2', 'M', 'é', '\uffff', '🚀', '-');
const amount = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }));
const key = fc.record({ pk, sk }, { noNullPrototype: true });

const CONDITIONS = [
  undefined,
  'attribute_not_exists(pk)',
  'attribute_exists(pk)',
  'attribute_not_exists(pk) OR n < :n',
  'attribute_exists(pk) AND (attribute_not_exists(#t) OR #t < :t)',
  'n = :n',
  'n <> :n AND n >= :n',
  '#t <= :t AND n > :n',
] as const;
const condition = fc.constantFrom(...CONDITIONS);

const UPDATES = [
  'SET #t = :t ADD n :n',
  'ADD n :n, costPicoUsd :n SET #t = if_not_exists(#t, :t)',
  'REMOVE #t SET n = if_not_exists(n, :n) + :n',
  'SET costPicoUsd = n - :n',
] as const;
const update = fc.constantFrom(...UPDATES);

/** Only the placeholders that the expressions use: DynamoDB refuses any other. */
function bind(n: number | bigint, t: string, expressions: readonly (string | undefined)[]) {
  const text = expressions.join(' ');
  const values = { ...(text.includes(':n') ? { ':n': n } : {}), ...(text.includes(':t') ? { ':t': t } : {}) };
  return {
    ...(text.includes('#t') ? { ExpressionAttributeNames: { '#t': 'text' } } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

const write = fc
  .record({
    kind: fc.constantFrom('Put', 'Update', 'Delete', 'ConditionCheck'),
    key,
    n: amount,
    t: sk,
    condition,
    update,
  })
  .map(({ kind, key: named, n, t, condition: when, update: change }) => {
    const UpdateExpression = kind === 'Update' ? change : undefined;
    const ConditionExpression = kind === 'ConditionCheck' ? (when ?? 'attribute_exists(pk)') : when;
    return {
      kind,
      key: named,
      item: { n, text: t, list: [[t, n]], isFlag: true, nothing: null },
      rest: {
        UpdateExpression,
        ConditionExpression,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        ...bind(n, t, [UpdateExpression, ConditionExpression]),
      },
    };
  });
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

function under(prefix: string, { pk: own, sk: sort }: { pk: string; sk: string }) {
  return { pk: `${prefix}${own}`, sk: sort };
}

function inputOf({ kind, key: named, item, rest }: Write, prefix: string) {
  const keyed = under(prefix, named);
  return { TableName, ...rest, ...(kind === 'Put' ? { Item: { ...item, ...keyed } } : { Key: keyed }) };
}

const singleWrite = write.map((one): Send => {
  return async (client, prefix) => {
    const keyed = under(prefix, one.key);
    const input = { TableName, ...one.rest };
    if (one.kind === 'Put') return client.send(new PutCommand({ ...input, Item: { ...one.item, ...keyed } }));
    if (one.kind === 'Update') return client.send(new UpdateCommand({ ...input, Key: keyed }));
    return client.send(new DeleteCommand({ TableName, Key: keyed }));
  };
});

const transaction = fc
  .record({
    writes: fc.array(write, { minLength: 1, maxLength: 5 }),
    token: fc.constantFrom('x', 'y', undefined),
  })
  .map(({ writes, token }): Send => {
    return (client, prefix) => {
      const TransactItems = writes.map((one) => ({ [one.kind]: inputOf(one, prefix) }));
      const ClientRequestToken = token === undefined ? undefined : `${prefix}${token}`;
      return client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
    };
  });

const query = fc
  .record({
    pk,
    bounds: fc.option(fc.tuple(sk, sk)),
    Limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    ScanIndexForward: fc.boolean(),
    start: fc.option(sk),
  })
  .map(({ pk: own, bounds, Limit, ScanIndexForward, start }): Send => {
    const sorted =
      bounds === null ? undefined : bounds.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return (client, prefix) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: sorted === undefined ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': `${prefix}${own}`,
            ...(sorted === undefined ? {} : { ':from': sorted[0], ':to': sorted[1] }),
          },
          ConsistentRead: true,
          ScanIndexForward,
          Limit,
          // A start that does not lie within the bounds is refused, so it goes with a whole partition only.
          ...(start === null || sorted !== undefined
            ? {}
            : { ExclusiveStartKey: { pk: `${prefix}${own}`, sk: start } }),
        }),
      );
  });

const keys = fc.array(key, { minLength: 1, maxLength: 4 });
const batch = fc.oneof(
  keys.map(
    (all): Send =>
      (client, prefix) => {
        const Keys = all.map((one) => under(prefix, one));
        return client.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
        );
      },
  ),
  fc.tuple(keys, fc.boolean()).map(
    ([all, isPut]): Send =>
      (client, prefix) => {
        const requests = all.map((one) =>
          isPut
            ? { PutRequest: { Item: under(prefix, one) } }
            : { DeleteRequest: { Key: under(prefix, one) } },
        );
        return client.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
      },
  ),
  key.map(
    (one): Send =>
      (client, prefix) =>
        client.send(new GetCommand({ TableName, Key: under(prefix, one), ConsistentRead: true })),
  ),
);

/** What an answer says, without what it says about itself; batches have no order. */
async function answerOf(send: Send, client: DynamoDBDocumentClient, prefix: string): Promise<unknown> {
  try {
    const answer = await send(client, prefix);
    return plain(answer);
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'TypeError') throw error;
    const reasons = 'CancellationReasons' in error ? error.CancellationReasons : undefined;
    const item = 'Item' in error ? error.Item : undefined;
    return plain({ name: error.name, reasons, item });
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, part: unknown) => {
      if (['$metadata', 'ScannedCount', 'Message', 'message', 'ConsumedCapacity'].includes(name))
        return undefined;
      if (typeof part === 'bigint') return `${part}`;
      if (name === 'Responses' && typeof part === 'object' && part !== null) {
        return Object.values(part)
          .flat()
          .map((item) => stableText(item))
          .sort();
      }
      if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
        return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
      }
      return part;
    }) ?? 'null',
  );
}

function stableText(item: object): string {
  return JSON.stringify(plain(item));
}

it('answers every sequence of commands as the embedded engine does', async () => {
  const command = fc.oneof(
    { weight: 3, arbitrary: singleWrite },
    { weight: 3, arbitrary: transaction },
    query,
    batch,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      round += 1;
      const prefix = `${round}/`;
      const twin = documentClientOver(
        twinRequestHandler(new DynamoTwin({ tables: [TableName], nowMs: () => Date.now() })),
      );
      for (const send of commands) {
        expect(await answerOf(send, twin, prefix)).toEqual(await answerOf(send, real, prefix));
      }
    }),
    { numRuns: RUNS },
  );
});
