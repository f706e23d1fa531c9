import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { createTables, LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { type Engine, startMemoryEngine } from '../../infra/local/engine.ts';
import type { RequestKey } from '../../shared/domain/requestIdentity.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { auditKey } from '../../shared/store/keys.ts';
import { memoryStores } from '../../shared/store/memory/memoryStores.ts';
import { emptyWorld } from '../../shared/store/memory/world.ts';
import { itemToRecord } from '../../shared/store/recordItem.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';
import { getAll } from '../../shared/store/table.ts';

/** An empty ledger as one process sees it. */
export type Ledger = Readonly<{
  stores: Stores;
  /** The same ledger as a fresh process sees it, which remembers nothing. */
  joinLedger(): Stores;
  /** What a revision replaced, and why. */
  findAudit(key: RequestKey, rev: number): Promise<{ replaced: UsageRecord; reason: unknown } | undefined>;
}>;

export type Stage = Readonly<{
  /** Opens an empty ledger; the one opened before it in the same suite is gone. */
  openLedger(): Promise<Ledger>;
  /** How many cases of a property are tried: the twin is much faster than an engine. */
  runs: number;
}>;

/** An engine answers in a millisecond or two; a property asks it thousands of questions. */
const ENGINE_TIMEOUT_MS = 30_000;

/** Runs one suite on the twin in memory and on DynamoDB: what holds for one store holds for the other. */
export function onBothStores(suite: (stage: Stage) => void): void {
  describe('in memory', () => suite({ openLedger: async () => openMemoryLedger(), runs: 200 }));

  describe('on DynamoDB', { timeout: ENGINE_TIMEOUT_MS }, () => {
    let engine: Engine;
    let client: DynamoDBClient;
    beforeAll(async () => {
      engine = await startMemoryEngine();
      client = new DynamoDBClient({
        endpoint: engine.endpoint,
        region: 'local',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      await createTables(client);
    });
    afterAll(async () => {
      client.destroy();
      await engine.stop();
    });
    suite({ openLedger: () => openDynamoLedger(client), runs: 12 });
  });
}

function openMemoryLedger(): Ledger {
  const world = emptyWorld();
  return {
    stores: memoryStores(world),
    joinLedger: () => memoryStores(world),
    async findAudit(key, rev) {
      const audit = world.audits.get(auditKey(key, rev));
      return audit === undefined ? undefined : { replaced: audit.from, reason: audit.reason };
    },
  };
}

async function openDynamoLedger(base: DynamoDBClient): Promise<Ledger> {
  for (const TableName of Object.values(LOCAL_TABLES)) await base.send(new DeleteTableCommand({ TableName }));
  await createTables(base);
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const joinLedger = () => dynamoStores({ client, ...LOCAL_TABLES });
  return {
    stores: joinLedger(),
    joinLedger,
    async findAudit(key, rev) {
      const [item] = await getAll(client, LOCAL_TABLES.recordsTable, [auditKey(key, rev)]);
      return item === undefined ? undefined : { replaced: itemToRecord(item), reason: item.reason };
    },
  };
}
