import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTables, LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { type Engine, openEngine, startMemoryEngine } from '../../infra/local/engine.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';

/** An empty ledger: its own engine, its own client. */
export type BenchLedger = Readonly<{ client: DynamoDBDocumentClient; stores: Stores }>;

type UseLedger<Result> = (ledger: BenchLedger) => Promise<Result>;

/** Hands a ledger with a file in a temporary folder to `use`, and removes it afterwards. */
export async function withFileLedger<Result>(use: UseLedger<Result>): Promise<Result> {
  return withTemporaryFolder(async (folder) => withEngine(await openEngine(folder), use));
}

/** Hands a ledger in memory to `use`: for what is counted, not timed. */
export async function withMemoryLedger<Result>(use: UseLedger<Result>): Promise<Result> {
  return withEngine(await startMemoryEngine(), use);
}

export async function withTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tollbook-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withEngine<Result>(engine: Engine, use: UseLedger<Result>): Promise<Result> {
  const client = connect(engine.endpoint);
  try {
    await createTables(client);
    return await use({ client, stores: dynamoStores({ client, ...LOCAL_TABLES }) });
  } finally {
    client.destroy();
    await engine.stop();
  }
}

/** The options are those of `documentClient`, so that what is measured is what the functions send. */
function connect(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 5 });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
