import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { closePeriods } from '../shared/store/closePeriods.ts';
import { dynamoSealStore } from '../shared/store/sealStore.ts';
import { dynamoTotalStore } from '../shared/store/totalStore.ts';

export const handler = makeHandler('closePeriods', async () => {
  const environment = readEnvironment('USAGE_TOTALS_TABLE', 'SEAL_DAY_AFTER_HOURS', 'SEAL_MONTH_ON_DAY');
  const tables = { client: documentClient(), totalsTable: environment.USAGE_TOTALS_TABLE };
  return closePeriods({
    totals: dynamoTotalStore(tables),
    seals: dynamoSealStore(tables),
    now: new Date(),
    rules: {
      sealDayAfterHours: environment.SEAL_DAY_AFTER_HOURS,
      sealMonthOnDay: environment.SEAL_MONTH_ON_DAY,
    },
  });
});
