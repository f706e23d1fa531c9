import { formatUsd } from '../shared/domain/money.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { reconcile } from '../shared/store/reconcile.ts';
import { dynamoStores } from '../shared/store/stores.ts';

/** Once a day: proves every open day and mends what drifted. */
export const handler = makeHandler('reconcile', async () => {
  const environment = readEnvironment(
    'USAGE_RECORDS_TABLE',
    'USAGE_TOTALS_TABLE',
    'RECORD_RETENTION_DAYS',
    'LINE_RETENTION_DAYS',
    'SEAL_DAY_AFTER_HOURS',
  );
  const stores = dynamoStores({
    client: documentClient(),
    recordsTable: environment.USAGE_RECORDS_TABLE,
    totalsTable: environment.USAGE_TOTALS_TABLE,
  });
  const report = await reconcile({
    ...stores,
    posting: {
      now: new Date(),
      recordRetentionDays: environment.RECORD_RETENTION_DAYS,
      lineRetentionDays: environment.LINE_RETENTION_DAYS,
      sealDayAfterHours: environment.SEAL_DAY_AFTER_HOURS,
    },
  });
  for (const { day, scope, driftPicoUsd } of report.drifts) {
    logger.error('drift', { day, scope, driftUsd: formatUsd(driftPicoUsd) });
  }
  const { days, records, moving, drifts, driftPicoUsd, repairedLines, rebuiltDays } = report;
  return {
    days,
    records,
    moving,
    drifts: drifts.length,
    driftUsd: formatUsd(driftPicoUsd),
    repairedLines,
    rebuiltDays,
  };
});
