import { missingRecords } from '../shared/domain/archive.ts';
import { archiveClient } from '../shared/runtime/archiveClient.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { warnWithMetrics } from '../shared/runtime/embeddedMetrics.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { s3ArchiveObjects } from '../shared/store/archiveObjects.ts';
import { archiveRecords } from '../shared/store/archiveRecords.ts';
import { dynamoStores } from '../shared/store/stores.ts';

/** Once a day: archives the records of sealed days before they expire, and what came later for archived ones. */
export const handler = makeHandler('archiveRecords', async (_event, { functionName }) => {
  const environment = readEnvironment(
    'USAGE_RECORDS_TABLE',
    'USAGE_TOTALS_TABLE',
    'RECORD_RETENTION_DAYS',
    'ARCHIVE_BUCKET',
    'ARCHIVE_ENDPOINT',
  );
  const { archived, failed, expiredDays } = await archiveRecords({
    ...dynamoStores({
      client: documentClient(),
      recordsTable: environment.USAGE_RECORDS_TABLE,
      totalsTable: environment.USAGE_TOTALS_TABLE,
    }),
    objects: s3ArchiveObjects({
      client: archiveClient(environment.ARCHIVE_ENDPOINT),
      bucket: environment.ARCHIVE_BUCKET,
    }),
    now: new Date(),
    recordRetentionDays: environment.RECORD_RETENTION_DAYS,
  });
  const incomplete = archived.filter((archive) => missingRecords(archive) > 0);
  for (const { day, records, expectedRecords } of incomplete) {
    logger.error('records are missing', { day, records, expectedRecords });
  }
  for (const { day, error } of failed) logger.error('not archived', { day, error });
  warnWithMetrics('days are not archived, or not as a whole', functionName, {
    ArchiveMissingRecords: incomplete.reduce((sum, archive) => sum + missingRecords(archive), 0),
    ArchiveFailedDays: failed.length,
    ExpiredUnarchivedDays: expiredDays.length,
  });
  const [failure] = failed;
  if (failure !== undefined) throw failure.error;
  return {
    archivedDays: archived.map(({ day }) => day),
    records: archived.reduce((sum, { records }) => sum + records, 0),
    incompleteDays: incomplete.map(({ day }) => day),
    expiredDays,
  };
});
