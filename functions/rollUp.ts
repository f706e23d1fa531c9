import type { DynamoDBBatchResponse } from 'aws-lambda';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { readDoorbells } from '../shared/store/doorbell.ts';
import { parseLineKey } from '../shared/store/keys.ts';
import { rollUpTotals } from '../shared/store/rollUpTotals.ts';
import { dynamoTotalStore, type TotalStore } from '../shared/store/totalStore.ts';

/**
 * Recomputes the totals above every daily line that changed. The stream only rings: figures are read from
 * the table, so a late, repeated or reordered event does no harm. Team-days that fail are given back to
 * the stream; the others of the batch stand.
 */
export async function rollUp(event: unknown, totals: TotalStore): Promise<DynamoDBBatchResponse> {
  const doorbells = readDoorbells(event).map((bell) => ({ ...bell, line: parseLineKey(bell.key) }));
  const outcome = await rollUpTotals(
    doorbells.flatMap(({ line }) => line ?? []),
    totals,
  );
  for (const { team, day, error } of outcome.failed) logger.warn('team-day failed', { team, day, error });
  const failed = new Set(outcome.failed.map(({ team, day }) => `${team}#${day}`));
  return {
    batchItemFailures: doorbells
      .filter(({ line }) => line !== undefined && failed.has(`${line.team}#${line.day}`))
      .map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
  };
}

export const handler = makeHandler('rollUp', async (event) => {
  const { USAGE_TOTALS_TABLE } = readEnvironment('USAGE_TOTALS_TABLE');
  return rollUp(event, dynamoTotalStore({ client: documentClient(), totalsTable: USAGE_TOTALS_TABLE }));
});
