import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Archive } from '../domain/archive.ts';
import { ARCHIVES_PARTITION, archiveKey } from './archiveKeys.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import { queryPartition, type TotalsTable } from './table.ts';

/** Which days are archived. Nothing is ever taken off the list. */
export interface ArchiveStore {
  /** Every archive, by day and then by time. */
  all(): Promise<Archive[]>;
  /** Lists an archive whose object is in its place. */
  add(archive: Archive): Promise<void>;
}

const text = z.string();
const archiveItem = z.object({
  day: text,
  archivedAt: text,
  bucket: text,
  objectKey: text,
  records: storedCount,
  expectedRecords: storedCount,
  costPicoUsd: storedBigint,
  digest: text,
  sizeBytes: storedCount,
});

export function dynamoArchiveStore({ client, totalsTable }: TotalsTable): ArchiveStore {
  return {
    all: () =>
      Array.fromAsync(queryPartition(client, totalsTable, ARCHIVES_PARTITION), (item) =>
        archiveItem.parse(item),
      ),
    async add(archive) {
      await client.send(
        new PutCommand({ TableName: totalsTable, Item: { ...archiveKey(archive), ...archive } }),
      );
    },
  };
}
