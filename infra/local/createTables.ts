import { readFileSync } from 'node:fs';
import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import { z } from 'zod';
import { LocalError } from './localError.ts';

/** Names of the two tables on one machine. */
export const LOCAL_TABLES = {
  recordsTable: 'tollbook-local-usage-records',
  totalsTable: 'tollbook-local-usage-totals',
} as const;

const keyPart = z.enum(['HASH', 'RANGE']);

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.literal('AWS::DynamoDB::Table'),
      Properties: z.object({
        BillingMode: z.literal('PAY_PER_REQUEST'),
        AttributeDefinitions: z.array(
          z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
        ),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: keyPart })),
      }),
    }),
  ),
});

const TABLE_NAMES: Readonly<Record<string, string>> = {
  UsageRecords: LOCAL_TABLES.recordsTable,
  UsageTotals: LOCAL_TABLES.totalsTable,
};

/**
 * Creates the tables of `infra/tables.yml`, the file that AWS gets too, where they are missing. The stream
 * is left out: the embedded engine slows down with every record in it, and on one machine doorbells are
 * carried from the keys that were written.
 */
export async function createTables(client: DynamoDBClient): Promise<void> {
  const file = new URL('../tables.yml', import.meta.url);
  const { Resources } = templateSchema.parse(parse(readFileSync(file, 'utf8')));
  for (const [id, { Properties }] of Object.entries(Resources)) {
    const TableName = TABLE_NAMES[id];
    if (TableName === undefined) throw new LocalError('engine', `infra/tables.yml: no local name for ${id}`);
    const { BillingMode, AttributeDefinitions, KeySchema } = Properties;
    try {
      await client.send(new CreateTableCommand({ TableName, BillingMode, AttributeDefinitions, KeySchema }));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
}
