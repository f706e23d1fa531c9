import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { rollUpTotals } from '../shared/store/rollUpTotals.ts';
import { dynamoTotalStore, type TotalStore } from '../shared/store/totalStore.ts';

export type ClosePeriodsCounts = Readonly<{ days: number; teamDays: number; written: number; stale: number }>;

/**
 * Recomputes all totals of open days and months, whatever became of their doorbells. No day is sealed yet,
 * so every day with any use is open. Days are done one by one: a failure leaves whole days, and the next
 * run goes over all of them again.
 */
export async function closePeriods(totals: TotalStore): Promise<ClosePeriodsCounts> {
  const days = await totals.days();
  let counts = { days: days.length, teamDays: 0, written: 0, stale: 0 };
  for (const day of days) {
    const teams = await totals.teamsOfDay(day);
    const outcome = await rollUpTotals(
      teams.map((team) => ({ team, day })),
      totals,
    );
    const [failure] = outcome.failed;
    if (failure !== undefined) throw failure.error;
    counts = {
      days: counts.days,
      teamDays: counts.teamDays + teams.length,
      written: counts.written + outcome.written,
      stale: counts.stale + outcome.stale,
    };
  }
  return counts;
}

export const handler = makeHandler('closePeriods', async () => {
  const { USAGE_TOTALS_TABLE } = readEnvironment('USAGE_TOTALS_TABLE');
  return closePeriods(dynamoTotalStore({ client: documentClient(), totalsTable: USAGE_TOTALS_TABLE }));
});
