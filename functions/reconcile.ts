import { formatUsd } from '../shared/domain/money.ts';
import { EMPTY_POLICY } from '../shared/domain/policy/policy.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { warnWithMetrics } from '../shared/runtime/embeddedMetrics.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { reconcile } from '../shared/store/reconcile.ts';
import { dynamoStores } from '../shared/store/stores.ts';
import { tellDrifts } from '../shared/store/tellDrifts.ts';

/** Once a day: proves every open day and mends what drifted. */
export const handler = makeHandler('reconcile', async (_event, { functionName }) => {
  const environment = readEnvironment(
    'USAGE_RECORDS_TABLE',
    'USAGE_TOTALS_TABLE',
    'RECORD_RETENTION_DAYS',
    'LINE_RETENTION_DAYS',
  );
  const stores = dynamoStores({
    client: documentClient(),
    recordsTable: environment.USAGE_RECORDS_TABLE,
    totalsTable: environment.USAGE_TOTALS_TABLE,
  });
  const now = new Date();
  const report = await reconcile({
    ...stores,
    posting: {
      now,
      recordRetentionDays: environment.RECORD_RETENTION_DAYS,
      lineRetentionDays: environment.LINE_RETENTION_DAYS,
    },
  });
  for (const { day, scope, driftPicoUsd } of report.drifts) {
    logger.error('drift', { day, scope, driftUsd: formatUsd(driftPicoUsd) });
  }
  warnWithMetrics('the ledger had drifted, and was mended', functionName, {
    LedgerDrifts: report.drifts.length,
    // A metric is a floating-point number; the exact amounts are in the lines above.
    LedgerDriftPicoUsd: Number(report.driftPicoUsd),
    UnprovenDays: report.expiredDays,
  });
  const policy = (await stores.policies.current())?.policy ?? EMPTY_POLICY;
  await tellDrifts(report, policy, { ...stores, now });
  const { days, expiredDays, records, moving, drifts, driftPicoUsd, repairedLines, rebuiltDays } = report;
  return {
    days,
    expiredDays,
    records,
    moving,
    drifts: drifts.length,
    driftUsd: formatUsd(driftPicoUsd),
    repairedLines,
    rebuiltDays,
  };
});
