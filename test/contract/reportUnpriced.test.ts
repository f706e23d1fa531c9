import { expect, it } from 'vitest';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { reportUnpriced } from '../../shared/store/reportUnpriced.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { ALL_DAYS } from '../../shared/store/totalStore.ts';
import { makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

/** Of 60 requests over three days the fourth parts are unknown, untold, and priced twice. */
const RECORDS: readonly UsageRecord[] = makeRecords(60, (index) => ({
  day: ['2026-07-12', '2026-07-13', '2026-07-14'][index % 3] ?? '',
  user: `user-${index % 5}`,
  ...(index % 4 === 0
    ? { model: 'new', modelId: 'eu.new', unpricedReason: 'unknown_model' }
    : index % 4 === 1
      ? { unpricedReason: 'no_token_counts' }
      : {}),
}));

async function openLedgerOf(records: readonly UsageRecord[], stores: Stores): Promise<Stores> {
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
  await rollUpTotals(
    records.map(({ team, day }) => ({ team, day })),
    stores.totals,
  );
  return stores;
}

onBothStores(({ openLedger }) => {
  it('says of which models and why requests have no price', async () => {
    const stores = await openLedgerOf(RECORDS, (await openLedger()).stores);
    expect(await reportUnpriced(stores, ALL_DAYS)).toEqual({
      requests: 30,
      rows: [
        { model: 'new', modelId: 'eu.new', reason: 'unknown_model', requests: 15 },
        { model: 'sonnet', modelId: 'anthropic.sonnet-v1:0', reason: 'no_token_counts', requests: 15 },
      ],
    });
  });

  it('keeps to the days that it is asked about', async () => {
    const stores = await openLedgerOf(RECORDS, (await openLedger()).stores);
    const oneDay = { from: '2026-07-13', to: '2026-07-13' };
    expect(await reportUnpriced(stores, oneDay)).toMatchObject({ requests: 10 });
    const before = { from: '2026-07-01', to: '2026-07-11' };
    expect(await reportUnpriced(stores, before)).toEqual({ requests: 0, rows: [] });
  });

  it.each([0, 1, 59, 60])('counts all when it may read only %i of 60 records', async (maxRecords) => {
    const stores = await openLedgerOf(RECORDS, (await openLedger()).stores);
    const { requests, rows } = await reportUnpriced(stores, ALL_DAYS, maxRecords);
    expect(requests).toBe(30);
    expect(rows.reduce((sum, row) => sum + row.requests, 0)).toBe(30);
    const seen = rows.filter(({ reason }) => reason !== undefined);
    expect(seen.reduce((sum, row) => sum + row.requests, 0)).toBeLessThanOrEqual(maxRecords);
  });
});
