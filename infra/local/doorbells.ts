import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { ItemKey } from '../../shared/store/keys.ts';
import { type Deployment, passes } from './deployment.ts';
import { isAlive } from './processes.ts';

const attribute = z.object({ S: z.string() });
const key = z.object({ pk: attribute, sk: attribute });

/** A write as far as it names its table and key: a put by its item, any other by its key. Any put may be of a new item. */
const write = z.union([
  z
    .object({ TableName: z.string(), Item: key })
    .transform(({ TableName, Item }) => ({ TableName, key: Item, isNew: true })),
  z
    .object({ TableName: z.string(), Key: key })
    .transform(({ TableName, Key }) => ({ TableName, key: Key, isNew: false })),
]);

const transaction = z.object({
  TransactItems: z.array(
    z.object({ Put: write.optional(), Update: write.optional(), Delete: write.optional() }),
  ),
});

const MARKER = /^doorbells-(\d+)\.owed$/;

const WRITES = new Set([
  'PutItemCommand',
  'UpdateItemCommand',
  'DeleteItemCommand',
  'TransactWriteItemsCommand',
]);

/**
 * Stands in for the stream of the totals table: notes the key of every write, also of one whose answer was
 * lost, and rings the functions that the deployment subscribes, with events of the same shape. A marker file of this process
 * says that rings are owed, so that a start after a crash knows to recompute.
 */
export class Doorbells {
  readonly #owed = new Map<string, Map<string, ItemKey>>();
  readonly #streams: Deployment['streams'];
  readonly #folder: string;
  #sequence = 0;
  #writesUnderWay = 0;
  #isMarked = false;

  constructor(streams: Deployment['streams'], folder: string) {
    this.#streams = streams;
    this.#folder = folder;
    for (const { functionName } of streams) this.#owed.set(functionName, new Map());
  }

  /** Markers of processes that died before all of their doorbells had been carried. */
  owedFromBefore(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => {
        const pid = Number(MARKER.exec(name)?.[1] ?? 0);
        return pid > 0 && (pid === process.pid || !isAlive(pid));
      })
      .map((name) => join(this.#folder, name));
  }

  /** Listens to the writes of a client on one table. */
  listen(client: DynamoDBDocumentClient, table: string): void {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const written = WRITES.has(context.commandName ?? '') ? keysOfWrite(args.input, table) : [];
        if (written.length === 0) return next(args);
        this.#beginWrite();
        try {
          return await next(args);
        } finally {
          this.#writesUnderWay -= 1;
          for (const { key: changed, isNew } of written) this.ring(changed, { isNew });
        }
      },
      { step: 'build', name: 'tollbookDoorbells' },
    );
  }

  /** Notes that something changed under a key, for every function whose filter lets it pass. */
  ring(written: ItemKey, { isNew } = { isNew: true }): void {
    for (const { functionName, filters } of this.#streams) {
      if (!passes(filters, written, { isNew })) continue;
      this.#owed.get(functionName)?.set(`${written.pk} ${written.sk}`, written);
    }
  }

  /** Carries all doorbells, and those which that causes, until none is owed. */
  async carryAll(invoke: (functionName: string, event: unknown) => Promise<unknown>): Promise<void> {
    while ([...this.#owed.values()].some((keys) => keys.size > 0)) {
      for (const stream of this.#streams) await this.#carry(stream, invoke);
    }
    if (this.#writesUnderWay > 0) return;
    rmSync(this.#marker(), { force: true });
    this.#isMarked = false;
  }

  async #carry(
    { functionName, batchSize }: Deployment['streams'][number],
    invoke: (functionName: string, event: unknown) => Promise<unknown>,
  ): Promise<void> {
    const owed = this.#owed.get(functionName) ?? new Map<string, ItemKey>();
    const batch = [...owed].slice(0, batchSize);
    if (batch.length === 0) return;
    for (const [id] of batch) owed.delete(id);
    const answer = await invoke(functionName, this.#streamEvent(batch.map(([, written]) => written)));
    const { batchItemFailures } = batchResponse.parse(answer);
    if (batchItemFailures.length > 0)
      throw new Error(`${functionName} could not do ${batchItemFailures.length} items`);
  }

  #streamEvent(keys: readonly ItemKey[]) {
    return {
      Records: keys.map(({ pk, sk }) => {
        this.#sequence += 1;
        return {
          eventID: String(this.#sequence),
          eventName: 'MODIFY',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'eu-west-1',
          dynamodb: {
            ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
            Keys: { pk: { S: pk }, sk: { S: sk } },
            SequenceNumber: String(this.#sequence).padStart(21, '0'),
            SizeBytes: Buffer.byteLength(pk + sk),
            StreamViewType: 'KEYS_ONLY',
          },
        };
      }),
    };
  }

  #marker(): string {
    return join(this.#folder, `doorbells-${process.pid}.owed`);
  }

  #beginWrite(): void {
    this.#writesUnderWay += 1;
    if (this.#isMarked) return;
    writeFileSync(this.#marker(), '');
    this.#isMarked = true;
  }
}

const batchResponse = z.object({ batchItemFailures: z.array(z.unknown()) });

function keysOfWrite(input: unknown, table: string): { key: ItemKey; isNew: boolean }[] {
  const inTransaction = transaction.safeParse(input);
  const single = write.safeParse(input);
  const writes = inTransaction.success
    ? inTransaction.data.TransactItems.flatMap(({ Put, Update, Delete }) => Put ?? Update ?? Delete ?? [])
    : single.success
      ? [single.data]
      : [];
  return writes
    .filter(({ TableName }) => TableName === table)
    .map(({ key: { pk, sk }, isNew }) => ({ key: { pk: pk.S, sk: sk.S }, isNew }));
}
