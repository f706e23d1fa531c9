import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openLocalClock } from '../../shared/domain/localClock.ts';
import { totalCost } from '../../shared/domain/metrics.ts';
import { metricsOfRecord, type UsageRecord } from '../../shared/domain/usageRecord.ts';
import { type ClockDimension, clockReportJson, reportByClock } from '../../shared/store/clockReport.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { COST_DIMENSIONS, costReportJson, reportCosts } from '../../shared/store/costReport.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { ALL_DAYS } from '../../shared/store/totalStore.ts';
import { closingOf } from '../support/closing.ts';
import { makeRecord, POSTING } from '../support/records.ts';
import { anyRequests } from './anyDimension.ts';
import { onBothStores, type Stage } from './bothStores.ts';
import { sumMetrics } from './readLedger.ts';

async function openWith(records: readonly UsageRecord[], { openLedger }: Stage) {
  const { stores } = await openLedger();
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
  await closePeriods(closingOf(stores));
  return stores.totals;
}

/** Berlin's summer is two hours ahead of UTC. */
function inBerlin({ startedAt }: UsageRecord): { day: string; hour: string } {
  const local = new Date(Date.parse(startedAt) + 7_200_000).toISOString();
  return { day: local.slice(0, 10), hour: `${local.slice(11, 13)}:00` };
}

function sumsBy(records: readonly UsageRecord[], nameOf: (record: UsageRecord) => string) {
  const groups = [...Map.groupBy(records, nameOf)].map(([name, group]) => ({
    name,
    requests: group.length,
    costPicoUsd: group.reduce((sum, record) => sum + totalCost(metricsOfRecord(record).costPicoUsd), 0n),
  }));
  return groups.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const byName = <T extends { name: string }>(rows: readonly T[]) =>
  rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));

onBothStores((stage) => {
  const numRuns = Math.min(stage.runs, 40);

  it('gives rows that add up to what was recorded, by any dimension, of all and of one team', async () => {
    const check = async (records: UsageRecord[]) => {
      const totals = await openWith(records, stage);
      for (const team of [undefined, 'blue']) {
        const own = records.filter((record) => team === undefined || record.team === team);
        const {
          hours: _hours,
          estimatedPicoUsd: _estimated,
          ...recorded
        } = sumMetrics(own.map(metricsOfRecord));
        for (const by of COST_DIMENSIONS) {
          const { rows, total } = await reportCosts(by, totals, { ...ALL_DAYS, team });
          expect(total).toMatchObject(recorded);
          expect(sumMetrics(rows.map(({ metrics }) => metrics))).toStrictEqual(total);
        }
      }
    };
    await fc.assert(fc.asyncProperty(anyRequests, check), { numRuns });
  });

  it.each<[ClockDimension, (record: UsageRecord) => string]>([
    ['day', (record) => inBerlin(record).day],
    ['hour', (record) => inBerlin(record).hour],
    ['month', (record) => inBerlin(record).day.slice(0, 7)],
    ['user', ({ user }) => user],
    ['department', ({ department }) => department ?? '-'],
  ])('cuts requests and cost by %s on the clocks of Berlin, to the hour', async (by, nameOf) => {
    const clock = openLocalClock('Europe/Berlin');
    const check = async (records: UsageRecord[]) => {
      const totals = await openWith(records, stage);
      const range = { from: '2026-07-01', to: '2026-07-06' };
      const report = await reportByClock(by, totals, { ...range, clock });
      const own = records.filter((record) => {
        const { day } = inBerlin(record);
        return range.from <= day && day <= range.to;
      });
      expect(byName(report.rows)).toEqual(sumsBy(own, nameOf));
      expect(report.total.requests).toBe(own.length);
      const all = await reportByClock(by, totals, { ...ALL_DAYS, clock });
      expect(byName(all.rows)).toEqual(sumsBy(records, nameOf));
    };
    await fc.assert(fc.asyncProperty(anyRequests, check), { numRuns });
  });

  it('tells weeks and months as sums of their days, and the rest of a cut one', async () => {
    const days = ['2026-06-30', '2026-07-01', '2026-07-05', '2026-07-06'];
    const totals = await openWith(
      days.map((day, index) => makeRecord({ day, requestId: `r${index}` })),
      stage,
    );
    const requests = async (by: 'week' | 'month', range = ALL_DAYS) =>
      (await reportCosts(by, totals, range)).rows.map(({ name, metrics }) => [name, metrics.requests]);
    expect(await requests('week')).toEqual([
      ['2026-W27', 3],
      ['2026-W28', 1],
    ]);
    expect(await requests('month')).toEqual([
      ['2026-06', 1],
      ['2026-07', 3],
    ]);
    expect(await requests('week', { from: '2026-07-01', to: '2026-07-05' })).toEqual([['2026-W27', 2]]);
  });

  it('names the hour with the most requests on the clocks of the place', async () => {
    const at = (requestId: string, hour: string) =>
      makeRecord({ requestId, startedAt: `2026-07-14T${hour}:00.000Z` });
    const totals = await openWith([at('a', '22:10'), at('b', '22:50'), at('c', '09:00')], stage);
    const selection = { ...ALL_DAYS, clock: openLocalClock('Europe/Berlin') };
    const report = await reportByClock('hour', totals, selection);
    expect(report.peak).toBe('00:00');
    expect(clockReportJson(report)).toEqual({
      currency: 'USD',
      timeZone: 'Europe/Berlin',
      rows: [
        { hour: '00:00', costUsd: '0.00000000002', requests: 2 },
        { hour: '11:00', costUsd: '0.00000000001', requests: 1 },
      ],
      total: { costUsd: '0.00000000003', requests: 3 },
      peakHour: '00:00',
    });
  });

  it('refuses a zone of half hours as soon as there is a day to cut', async () => {
    const totals = await openWith([makeRecord()], stage);
    const selection = { ...ALL_DAYS, clock: openLocalClock('Asia/Kolkata') };
    await expect(reportByClock('day', totals, selection)).rejects.toMatchObject({ code: 'part_hour' });
  });

  it('says in JSON what is left out of the dearest', () => {
    const metrics = metricsOfRecord(makeRecord());
    const report = { by: 'project', rows: [], others: { names: 3, metrics }, total: metrics } as const;
    expect(costReportJson(report)).toMatchObject({
      others: { names: 3, costUsd: '0.00000000001', requests: 1, inputTokens: 7 },
    });
  });
});
